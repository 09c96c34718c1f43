package cognitoauth

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"time"

	cryptorand "crypto/rand"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

// Device is a device that Cognito knows, with the secret that proves it. Keep
// one for each user and device, as safe as a password, and give it to
// [AuthenticateInput.Device]. It prints and logs redacted; marshalled to JSON it
// is whole, because that is how one stores it.
type Device struct {
	Key      string `json:"key"`
	GroupKey string `json:"group_key"`
	Password string `json:"password"`
}

// Format prints the device without its password, whatever the verb.
func (d Device) Format(s fmt.State, _ rune) { redact.Format(s, d) }

// LogValue logs the device without its password.
func (d Device) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(d)) }

// ConfirmDeviceInput names the device that a sign-in made.
type ConfirmDeviceInput struct {
	AccessToken string     // of that sign-in
	Device      *NewDevice // Tokens.NewDevice of that sign-in
	Name        string     // for the user to recognise it by; may be empty
}

// ConfirmDeviceOutput is the device to keep.
type ConfirmDeviceOutput struct {
	Device Device

	// UserConfirmationNecessary is true if the pool leaves it to the user
	// whether to remember the device: ask, and call UpdateDeviceStatus.
	UserConfirmationNecessary bool
}

// ConfirmDevice makes a secret for the device of a sign-in and tells Cognito
// how to check it. Until it has been called, refreshing the tokens of that
// sign-in fails with "Invalid Refresh Token".
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html
func (p *UserPool) ConfirmDevice(ctx context.Context, in ConfirmDeviceInput) (*ConfirmDeviceOutput, error) {
	c := check(opConfirmDevice).token("AccessToken", in.AccessToken).text("Name", in.Name, maxString)
	if in.Device == nil {
		c.add("Device is nil: the sign-in made none, or the pool does not track devices")
	} else {
		c.required("Device.Key", in.Device.Key, maxName).required("Device.GroupKey", in.Device.GroupKey, maxString)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	device, verifier, err := newDevice(p.cfg.Rand, *in.Device)
	if err != nil {
		return nil, &Error{Op: opConfirmDevice, Message: "no randomness", kind: ErrUnavailable, cause: err}
	}
	r := request{op: opConfirmDevice, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.ConfirmDevice, &cip.ConfirmDeviceInput{
		AccessToken: aws.String(in.AccessToken),
		DeviceKey:   aws.String(device.Key),
		DeviceName:  optional(in.Name),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			Salt:             aws.String(base64.StdEncoding.EncodeToString(verifier.Salt)),
			PasswordVerifier: aws.String(base64.StdEncoding.EncodeToString(verifier.Verifier)),
		},
	})
	if err != nil {
		return nil, err
	}
	return &ConfirmDeviceOutput{Device: device, UserConfirmationNecessary: out.UserConfirmationNecessary}, nil
}

// newDevice draws a device's password, 40 bytes as all of AWS's clients do.
func newDevice(random io.Reader, d NewDevice) (Device, srp.Verifier, error) {
	if random == nil {
		random = cryptorand.Reader
	}
	var secret [40]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return Device{}, srp.Verifier{}, err
	}
	device := Device{Key: d.Key, GroupKey: d.GroupKey, Password: base64.StdEncoding.EncodeToString(secret[:])}
	verifier, err := srp.NewVerifier(random, srp.Identity{Pool: d.GroupKey, User: d.Key}, device.Password)
	return device, verifier, err
}

// UpdateDeviceStatusInput says whether to remember a device.
type UpdateDeviceStatusInput struct {
	AccessToken string
	DeviceKey   string
	Remembered  bool // true: the second factor may be left out on it
}

// UpdateDeviceStatusOutput is empty so far.
type UpdateDeviceStatusOutput struct{}

// UpdateDeviceStatus remembers a device, or no longer does. An unknown one is
// [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html
func (p *UserPool) UpdateDeviceStatus(ctx context.Context, in UpdateDeviceStatusInput) (*UpdateDeviceStatusOutput, error) {
	if err := check(opUpdateDeviceStatus).token("AccessToken", in.AccessToken).required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	status := types.DeviceRememberedStatusTypeNotRemembered
	if in.Remembered {
		status = types.DeviceRememberedStatusTypeRemembered
	}
	r := request{op: opUpdateDeviceStatus, repeatable: true, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.UpdateDeviceStatus, &cip.UpdateDeviceStatusInput{
		AccessToken:            aws.String(in.AccessToken),
		DeviceKey:              aws.String(in.DeviceKey),
		DeviceRememberedStatus: status,
	})
	if err != nil {
		return nil, err
	}
	return &UpdateDeviceStatusOutput{}, nil
}

// DeviceInfo is what Cognito knows of a device.
type DeviceInfo struct {
	Key        string
	Attributes map[string]string // such as "device_name", "last_ip_used"

	Created, Modified, LastAuthenticated time.Time
}

// GetDeviceInput names a device.
type GetDeviceInput struct {
	AccessToken string
	DeviceKey   string
}

// GetDeviceOutput is the device.
type GetDeviceOutput struct {
	Device DeviceInfo
}

// GetDevice reads one device of the user. An unknown one is [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDevice.html
func (p *UserPool) GetDevice(ctx context.Context, in GetDeviceInput) (*GetDeviceOutput, error) {
	if err := check(opGetDevice).token("AccessToken", in.AccessToken).required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opGetDevice, repeatable: true, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.GetDevice, &cip.GetDeviceInput{
		AccessToken: aws.String(in.AccessToken),
		DeviceKey:   aws.String(in.DeviceKey),
	})
	if err != nil {
		return nil, err
	}
	if out.Device == nil {
		return nil, malformedReply(opGetDevice, "no Device")
	}
	return &GetDeviceOutput{Device: deviceInfo(*out.Device)}, nil
}

// ListDevicesInput says whose devices to list.
type ListDevicesInput struct {
	AccessToken string
}

// ListDevices lists the user's devices, page by page as they are asked for. An
// error is the last element.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html
func (p *UserPool) ListDevices(ctx context.Context, in ListDevicesInput) iter.Seq2[DeviceInfo, error] {
	if err := check(opListDevices).token("AccessToken", in.AccessToken).err(); err != nil {
		return failed[DeviceInfo](err)
	}
	r := request{op: opListDevices, repeatable: true, secrets: []string{in.AccessToken}}
	return pages(opListDevices, func(token *string) ([]DeviceInfo, *string, error) {
		out, err := call(ctx, r, p.public.ListDevices, &cip.ListDevicesInput{AccessToken: aws.String(in.AccessToken), PaginationToken: token})
		if err != nil {
			return nil, nil, err
		}
		devices := make([]DeviceInfo, len(out.Devices))
		for i, d := range out.Devices {
			devices[i] = deviceInfo(d)
		}
		return devices, out.PaginationToken, nil
	})
}

// ForgetDeviceInput names a device.
type ForgetDeviceInput struct {
	AccessToken string
	DeviceKey   string
}

// ForgetDeviceOutput is empty so far.
type ForgetDeviceOutput struct{}

// ForgetDevice removes a device of the user. An unknown one is
// [ErrDeviceNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html
func (p *UserPool) ForgetDevice(ctx context.Context, in ForgetDeviceInput) (*ForgetDeviceOutput, error) {
	if err := check(opForgetDevice).token("AccessToken", in.AccessToken).required("DeviceKey", in.DeviceKey, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opForgetDevice, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.ForgetDevice, &cip.ForgetDeviceInput{
		AccessToken: aws.String(in.AccessToken),
		DeviceKey:   aws.String(in.DeviceKey),
	})
	if err != nil {
		return nil, err
	}
	return &ForgetDeviceOutput{}, nil
}

func deviceInfo(d types.DeviceType) DeviceInfo {
	return DeviceInfo{
		Key:               aws.ToString(d.DeviceKey),
		Attributes:        attributeMap(d.DeviceAttributes),
		Created:           aws.ToTime(d.DeviceCreateDate),
		Modified:          aws.ToTime(d.DeviceLastModifiedDate),
		LastAuthenticated: aws.ToTime(d.DeviceLastAuthenticatedDate),
	}
}

// Format prints the input without its secrets, whatever the verb.
func (in ConfirmDeviceInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ConfirmDeviceInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out ConfirmDeviceOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets. To store the device,
// marshal Device.
func (out ConfirmDeviceOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }

// Format prints the input without its secrets, whatever the verb.
func (in UpdateDeviceStatusInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in UpdateDeviceStatusInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in GetDeviceInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in GetDeviceInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in ListDevicesInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ListDevicesInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in ForgetDeviceInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ForgetDeviceInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
