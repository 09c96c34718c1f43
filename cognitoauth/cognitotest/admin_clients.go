package cognitotest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// clientRecord is UserPoolClientType of the API. The same members are what
// CreateUserPoolClient and UpdateUserPoolClient take.
type clientRecord struct {
	UserPoolID                 string           `json:"UserPoolId" shape:"poolId,required"`
	ClientID                   string           `json:"ClientId,omitempty" shape:"clientId"`
	ClientName                 string           `json:",omitempty"`
	ClientSecret               string           `json:",omitempty"`
	CreationDate               *wireTime        `json:",omitempty"`
	LastModifiedDate           *wireTime        `json:",omitempty"`
	AccessTokenValidity        int              `json:",omitempty"`
	IDTokenValidity            int              `json:"IdTokenValidity,omitempty"`
	RefreshTokenValidity       int              `json:",omitempty"`
	TokenValidityUnits         *validityUnits   `json:",omitempty"`
	AuthSessionValidity        int              `json:",omitempty"` // minutes
	ExplicitAuthFlows          []string         `json:",omitempty"`
	ReadAttributes             []string         `json:",omitempty"`
	WriteAttributes            []string         `json:",omitempty"`
	PreventUserExistenceErrors string           `json:",omitempty"`
	EnableTokenRevocation      *bool            `json:",omitempty"`
	RefreshTokenRotation       *refreshRotation `json:",omitempty"`
}

type validityUnits struct {
	AccessToken  string `json:",omitempty"`
	IDToken      string `json:"IdToken,omitempty"`
	RefreshToken string `json:",omitempty"`
}

type refreshRotation struct {
	Feature                 string
	RetryGracePeriodSeconds int
}

type createClientInput struct {
	clientRecord
	GenerateSecret bool
}

type clientInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	ClientID   string `json:"ClientId" shape:"clientId,required"`
}

type clientOutput struct{ UserPoolClient *clientRecord }

var validityUnit = map[string]time.Duration{
	"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour,
}

// validity is a number of units; zero is the default.
func validity(member string, n int, unit, usual string, least, most, otherwise time.Duration) (time.Duration, error) {
	if n == 0 {
		return otherwise, nil
	}
	scale, ok := validityUnit[cmp.Or(unit, usual)]
	if !ok {
		return 0, failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'tokenValidityUnits' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [seconds, minutes, hours, days]", unit)
	}
	if n < 0 || n > int(most/scale) || time.Duration(n)*scale < least {
		return 0, fail(codeInvalidParameter, "Invalid range for token validity: "+member)
	}
	return time.Duration(n) * scale, nil
}

// client makes an AppClient of a record. Bounds are those of
// CreateUserPoolClient in the API reference.
func (r *clientRecord) client() (AppClient, error) {
	a := AppClient{
		ID: r.ClientID, Name: r.ClientName, Secret: r.ClientSecret, Flows: r.ExplicitAuthFlows,
		ReadAttributes: r.ReadAttributes, WriteAttributes: r.WriteAttributes,
		PreventUserExistenceErrors: r.PreventUserExistenceErrors == "ENABLED",
		DisableTokenRevocation:     r.EnableTokenRevocation != nil && !*r.EnableTokenRevocation,
		SessionValidity:            time.Duration(r.AuthSessionValidity) * time.Minute,
	}
	if a.Flows == nil {
		a.Flows = []string{allow + flowRefresh, allow + flowSRP, allow + flowCustom}
	}
	units := r.TokenValidityUnits
	if units == nil {
		units = &validityUnits{}
	}
	const day = 24 * time.Hour
	var err error
	if a.AccessTokenValidity, err = validity("AccessTokenValidity", r.AccessTokenValidity, units.AccessToken, "hours", 5*time.Minute, day, time.Hour); err != nil {
		return a, err
	}
	if a.IDTokenValidity, err = validity("IdTokenValidity", r.IDTokenValidity, units.IDToken, "hours", 5*time.Minute, day, time.Hour); err != nil {
		return a, err
	}
	if a.RefreshTokenValidity, err = validity("RefreshTokenValidity", r.RefreshTokenValidity, units.RefreshToken, "days", time.Hour, 3650*day, 30*day); err != nil {
		return a, err
	}
	if r.AuthSessionValidity != 0 && (r.AuthSessionValidity < 3 || r.AuthSessionValidity > 15) {
		return a, fail(codeInvalidParameter, "Invalid range for AuthSessionValidity: 3 to 15 minutes")
	}
	if rotation := r.RefreshTokenRotation; rotation != nil {
		a.RotateRefreshTokens = rotation.Feature == "ENABLED"
		a.RotationGrace = time.Duration(rotation.RetryGracePeriodSeconds) * time.Second
	}
	if a.RotateRefreshTokens && slices.Contains(a.Flows, allow+flowRefresh) {
		return a, fail(codeInvalidParameter, "ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation.")
	}
	return a, nil
}

func (p *pool) clientRecord(c *client) *clientRecord {
	created, modified, revocation := wireTime(c.created), wireTime(c.modified), !c.DisableTokenRevocation
	r := &clientRecord{
		UserPoolID: p.id, ClientID: c.ID, ClientName: c.Name, CreationDate: &created, LastModifiedDate: &modified,
		AccessTokenValidity:  int(c.AccessTokenValidity / time.Second),
		IDTokenValidity:      int(c.IDTokenValidity / time.Second),
		RefreshTokenValidity: int(c.RefreshTokenValidity / time.Second),
		TokenValidityUnits:   &validityUnits{AccessToken: "seconds", IDToken: "seconds", RefreshToken: "seconds"},
		AuthSessionValidity:  int(c.SessionValidity / time.Minute),
		ExplicitAuthFlows:    c.Flows, ReadAttributes: c.ReadAttributes, WriteAttributes: c.WriteAttributes,
		PreventUserExistenceErrors: "LEGACY",
		EnableTokenRevocation:      &revocation,
	}
	if c.PreventUserExistenceErrors {
		r.PreventUserExistenceErrors = "ENABLED"
	}
	if c.RotateRefreshTokens {
		r.RefreshTokenRotation = &refreshRotation{"ENABLED", int(c.RotationGrace / time.Second)}
	}
	if len(c.secrets) > 0 {
		r.ClientSecret = c.secrets[0].value
	}
	return r
}

func (p *pool) createUserPoolClient(_ *call, in *createClientInput) (*clientOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	in.ClientID = "" // not the caller's to choose
	a, err := in.client()
	if err != nil {
		return nil, err
	}
	a.GenerateSecret = in.GenerateSecret
	if err := a.resolve(p.random); err != nil {
		return nil, fail(codeInvalidParameter, err.Error())
	}
	return &clientOutput{p.clientRecord(p.addClient(a))}, nil
}

func (p *pool) updateUserPoolClient(c *call, in *clientRecord) (*clientOutput, error) {
	cl, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	if in.ClientName == "" {
		in.ClientName = cl.Name
	}
	// The API leaves the secret alone and resets whatever is not named.
	a, err := in.client()
	if err != nil {
		return nil, err
	}
	a.Secret = cl.Secret
	if err := a.resolve(p.random); err != nil {
		return nil, fail(codeInvalidParameter, err.Error())
	}
	cl.AppClient, cl.modified = a, c.now
	return &clientOutput{p.clientRecord(cl)}, nil
}

func (p *pool) poolClient(poolID, clientID string) (*client, error) {
	if err := p.checkPool(poolID); err != nil {
		return nil, err
	}
	return p.client(clientID)
}

func (p *pool) describeUserPoolClient(_ *call, in *clientInput) (*clientOutput, error) {
	c, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	return &clientOutput{p.clientRecord(c)}, nil
}

func (p *pool) deleteUserPoolClient(_ *call, in *clientInput) (*none, error) {
	c, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	delete(p.clients, c.ID)
	for _, g := range p.grants {
		if g.clientID == c.ID {
			g.revoked = true
		}
	}
	return &none{}, nil
}

type listClientsInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	MaxResults int
	NextToken  string
}

type clientDescription struct {
	ClientID   string `json:"ClientId"`
	UserPoolID string `json:"UserPoolId"`
	ClientName string
}

type listClientsOutput struct {
	UserPoolClients []clientDescription
	NextToken       string `json:",omitempty"`
}

func (p *pool) listUserPoolClients(_ *call, in *listClientsInput) (*listClientsOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	all := make([]*client, 0, len(p.clients))
	for _, c := range p.clients {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *client) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(all, in.MaxResults, 60, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listClientsOutput{UserPoolClients: []clientDescription{}, NextToken: next}
	for _, c := range page {
		out.UserPoolClients = append(out.UserPoolClients, clientDescription{c.ID, p.id, c.Name})
	}
	return out, nil
}

// maxClientSecrets is how many secrets a client has at most: the old one and
// the new one, while they are changed.
const maxClientSecrets = 2

type secretRecord struct {
	ClientSecretID         string `json:"ClientSecretId"`
	ClientSecretValue      string `json:",omitempty"`
	ClientSecretCreateDate wireTime
}

type addSecretInput struct {
	clientInput
	ClientSecret string `shape:"any"`
}

type addSecretOutput struct{ ClientSecretDescriptor secretRecord }

func (p *pool) addUserPoolClientSecret(c *call, in *addSecretInput) (*addSecretOutput, error) {
	cl, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	switch len(cl.secrets) {
	case 0:
		return nil, fail(codeInvalidParameter, "The client has no secret.")
	case maxClientSecrets:
		return nil, fail(codeLimitExceeded, "The client has the maximum number of secrets.")
	}
	s := clientSecret{id: cl.ID + "--" + p.random.from(12, digits), value: in.ClientSecret, created: c.now}
	if s.value == "" {
		s.value = p.random.from(51, lower+digits)
	}
	cl.secrets = append(cl.secrets, s)
	return &addSecretOutput{secretRecord{s.id, s.value, wireTime(s.created)}}, nil
}

type listSecretsOutput struct{ ClientSecrets []secretRecord }

func (p *pool) listUserPoolClientSecrets(_ *call, in *clientInput) (*listSecretsOutput, error) {
	cl, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	out := &listSecretsOutput{ClientSecrets: []secretRecord{}}
	for _, s := range cl.secrets {
		out.ClientSecrets = append(out.ClientSecrets, secretRecord{ClientSecretID: s.id, ClientSecretCreateDate: wireTime(s.created)})
	}
	return out, nil
}

type deleteSecretInput struct {
	clientInput
	ClientSecretID string `json:"ClientSecretId" shape:"any,required"`
}

func (p *pool) deleteUserPoolClientSecret(_ *call, in *deleteSecretInput) (*none, error) {
	cl, err := p.poolClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(cl.secrets, func(s clientSecret) bool { return s.id == in.ClientSecretID })
	switch {
	case i < 0:
		return nil, fail(codeResourceNotFound, "Client secret not found.")
	case len(cl.secrets) == 1:
		return nil, fail(codeInvalidParameter, "The last secret of a client cannot be deleted.")
	}
	cl.secrets = slices.Delete(cl.secrets, i, i+1)
	cl.Secret = cl.secrets[0].value
	return &none{}, nil
}
