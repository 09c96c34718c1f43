package cognitoauth

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// AdminGetDeviceInput names a device of a user.
type AdminGetDeviceInput struct {
	Username  string // a user name, a verified alias or a sub
	DeviceKey string // [DeviceInfo].Key
}

// AdminGetDeviceOutput has the device.
type AdminGetDeviceOutput struct {
	Device DeviceInfo
}

// GetDevice looks up one device of a user. An unknown one is
// [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetDevice.html
func (a *Admin) GetDevice(ctx context.Context, in AdminGetDeviceInput) (*AdminGetDeviceOutput, error) {
	if err := check(opAdminGetDevice).username("Username", in.Username).
		required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminGetDevice, repeatable: true}
	out, err := callSigned(ctx, a, r, adminAPI.AdminGetDevice, &cip.AdminGetDeviceInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		DeviceKey:  aws.String(in.DeviceKey),
	})
	if err != nil {
		return nil, err
	}
	device, err := newDeviceInfo(opAdminGetDevice, out.Device)
	if err != nil {
		return nil, err
	}
	return &AdminGetDeviceOutput{Device: device}, nil
}

// AdminListDevicesInput names the user whose devices to list.
type AdminListDevicesInput struct {
	Username string // a user name, a verified alias or a sub

	// PageSize is how many devices one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListDevices lists the devices of a user, page by page as they are asked for.
// An error is the last element.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListDevices.html
func (a *Admin) ListDevices(ctx context.Context, in AdminListDevicesInput) iter.Seq2[DeviceInfo, error] {
	if err := check(opAdminListDevices).username("Username", in.Username).
		pageSize(in.PageSize).err(); err != nil {
		return failed[DeviceInfo](err)
	}
	return pages(opAdminListDevices, func(token *string) ([]DeviceInfo, *string, error) {
		r := request{op: opAdminListDevices, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.AdminListDevices, &cip.AdminListDevicesInput{
			UserPoolId:      aws.String(a.pool.cfg.UserPoolID),
			Username:        aws.String(in.Username),
			Limit:           pageLimit(in.PageSize),
			PaginationToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opAdminListDevices, out.Devices, newDeviceInfo)
		return items, out.PaginationToken, err
	})
}

// AdminForgetDeviceInput names a device of a user.
type AdminForgetDeviceInput struct {
	Username  string // a user name, a verified alias or a sub
	DeviceKey string // [DeviceInfo].Key
}

// AdminForgetDeviceOutput is empty so far.
type AdminForgetDeviceOutput struct{}

// ForgetDevice removes a device of a user. An unknown one is
// [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminForgetDevice.html
func (a *Admin) ForgetDevice(ctx context.Context, in AdminForgetDeviceInput) (*AdminForgetDeviceOutput, error) {
	if err := check(opAdminForgetDevice).username("Username", in.Username).
		required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	_, err := callSigned(ctx, a, request{op: opAdminForgetDevice}, adminAPI.AdminForgetDevice, &cip.AdminForgetDeviceInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		DeviceKey:  aws.String(in.DeviceKey),
	})
	if err != nil {
		return nil, err
	}
	return &AdminForgetDeviceOutput{}, nil
}

// AdminUpdateDeviceStatusInput says whether a device is to be trusted.
type AdminUpdateDeviceStatusInput struct {
	Username  string // a user name, a verified alias or a sub
	DeviceKey string // [DeviceInfo].Key

	// Remembered lets the device stand in for a second factor, in pools that
	// permit that. False (the default) asks for the factor again.
	Remembered bool
}

// AdminUpdateDeviceStatusOutput is empty so far.
type AdminUpdateDeviceStatusOutput struct{}

// UpdateDeviceStatus remembers a device of a user, or no longer does. An unknown
// one is [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateDeviceStatus.html
func (a *Admin) UpdateDeviceStatus(ctx context.Context, in AdminUpdateDeviceStatusInput) (*AdminUpdateDeviceStatusOutput, error) {
	if err := check(opAdminUpdateDeviceStatus).username("Username", in.Username).
		required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	status := types.DeviceRememberedStatusTypeNotRemembered
	if in.Remembered {
		status = types.DeviceRememberedStatusTypeRemembered
	}
	r := request{op: opAdminUpdateDeviceStatus, repeatable: true} // sets a state, tells nobody
	_, err := callSigned(ctx, a, r, adminAPI.AdminUpdateDeviceStatus, &cip.AdminUpdateDeviceStatusInput{
		UserPoolId:             aws.String(a.pool.cfg.UserPoolID),
		Username:               aws.String(in.Username),
		DeviceKey:              aws.String(in.DeviceKey),
		DeviceRememberedStatus: status,
	})
	if err != nil {
		return nil, err
	}
	return &AdminUpdateDeviceStatusOutput{}, nil
}

// newDeviceInfo reads a device that must be there.
func newDeviceInfo(op string, d *types.DeviceType) (DeviceInfo, error) {
	if d == nil || aws.ToString(d.DeviceKey) == "" {
		return DeviceInfo{}, malformedReply(op, "a device without DeviceKey")
	}
	return deviceInfo(*d), nil
}
