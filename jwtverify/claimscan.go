package jwtverify

import (
	"errors"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// parsed is what a verified payload says, before it becomes claims that belong
// to a caller. Its strings are parts of payload. Kept in the token cache, it is
// never changed.
type parsed struct {
	payload string
	use     TokenUse // the claim, not what the caller wants

	subject, username, issuer   string
	tokenID, originID, eventID  string
	clientID, scope, deviceKey  string
	azp, nonce                  string
	email, phone, name          string
	givenName, familyName, role string
	emailVerified, phoneVerif   bool

	// Where in the list of strings beside it each of these is. A slice of that
	// list, stored here, would force it onto the heap.
	groups, audience, roles span

	exp, iat, nbf, authTime int64 // 0: absent
}

// span is a part of a list of strings.
type span struct{ from, to int }

func (s span) of(strs []string) []string { return strs[s.from:s.to] }

// Inline storage: a token with no more groups, scopes and audiences than this
// takes one allocation for its claims.
const inlineStrings = 6

// scanClaims reads a verified payload into p and the members of its lists into
// strs, which it returns. The claims that only the other kind of
// token has are not looked at: there a trigger may have put anything under
// their names.
func scanClaims(payload string, want TokenUse, p *parsed, strs []string) ([]string, *Error) {
	p.payload = payload
	var o jws.Members
	s := jws.NewScanner(payload)
	for s.Object(); ; {
		name, ok := s.Member(&o)
		if !ok {
			break
		}
		known := true
		switch name {
		case "sub":
			p.subject, _ = s.String()
		case "iss":
			p.issuer, _ = s.String()
		case "token_use":
			use, _ := s.String()
			p.use = TokenUse(use)
		case "exp":
			p.exp, _ = s.NumericDate()
		case "iat":
			p.iat, _ = s.NumericDate()
		case "nbf":
			p.nbf, _ = s.NumericDateOrZero()
		case "auth_time":
			p.authTime, _ = s.NumericDateOrZero()
		case "jti":
			p.tokenID, _ = s.String()
		case "origin_jti":
			p.originID, _ = s.String()
		case "event_id":
			p.eventID, _ = s.String()
		case "cognito:groups":
			if !s.Null() {
				p.groups, strs = scanStrings(&s, strs)
			}
		case "aud":
			p.audience, strs = scanAudience(&s, strs)
		default:
			if want == ID {
				known, strs = scanIDClaim(&s, name, p, strs)
			} else {
				known = scanAccessClaim(&s, name, p)
			}
		}
		if s.Failed() {
			if !known {
				name = "" // what a token calls its own claims does not belong in an error
			}
			return nil, claimError(strings.Clone(name), s.Finish())
		}
	}
	if err := s.Finish(); err != nil {
		return nil, claimError("", err)
	}
	return strs, nil
}

// scanAccessClaim reads a claim that only access tokens have, and steps over any
// that is not known.
func scanAccessClaim(s *jws.Scanner[string], name string, p *parsed) (known bool) {
	switch name {
	case "client_id":
		p.clientID, _ = s.String()
	case "username":
		p.username, _ = s.String()
	case "scope":
		p.scope, _ = s.String()
	case "device_key":
		p.deviceKey, _ = s.String()
	default:
		s.Skip()
		return false
	}
	return true
}

// scanIDClaim does the same for ID tokens.
func scanIDClaim(s *jws.Scanner[string], name string, p *parsed, strs []string) (known bool, _ []string) {
	switch name {
	case "cognito:username":
		p.username, _ = s.String()
	case "azp":
		p.azp, _ = s.String()
	case "nonce":
		if !s.Null() {
			p.nonce, _ = s.String()
		}
	case "email":
		p.email = scanProfile(s)
	case "email_verified":
		p.emailVerified = scanFlag(s)
	case "phone_number":
		p.phone = scanProfile(s)
	case "phone_number_verified":
		p.phoneVerif = scanFlag(s)
	case "name":
		p.name = scanProfile(s)
	case "given_name":
		p.givenName = scanProfile(s)
	case "family_name":
		p.familyName = scanProfile(s)
	case "cognito:roles":
		if !s.Null() {
			p.roles, strs = scanStrings(s, strs)
		}
	case "cognito:preferred_role":
		if !s.Null() {
			p.role, _ = s.String()
		}
	default:
		s.Skip()
		return false, strs
	}
	return true, strs
}

// scanAudience reads aud, which may be a string (RFC 7519 section 4.1.3).
func scanAudience(s *jws.Scanner[string], strs []string) (span, []string) {
	if s.Peek() != jws.KindString {
		return scanStrings(s, strs)
	}
	aud, _ := s.String()
	return span{len(strs), len(strs) + 1}, append(strs, aud)
}

// scanStrings appends an array of strings to strs and returns the part it is.
func scanStrings(s *jws.Scanner[string], strs []string) (span, []string) {
	from := len(strs)
	var a jws.Elements
	for s.Array(); s.Element(&a); {
		str, _ := s.String()
		strs = append(strs, str)
	}
	return span{from, len(strs)}, strs
}

// scanProfile reads a claim that describes the user and decides nothing. A
// pre token generation trigger may have made it null or any other thing, and
// the token is no worse for it: that is read as absent.
func scanProfile(s *jws.Scanner[string]) string {
	if s.Peek() != jws.KindString {
		s.Skip()
		return ""
	}
	value, _ := s.String()
	return value
}

// scanFlag reads a boolean, which Cognito also writes as a string when it comes
// from an attribute mapping. Whatever does not clearly say true is false.
func scanFlag(s *jws.Scanner[string]) bool {
	switch s.Peek() {
	case jws.KindBool:
		flag, _ := s.Bool()
		return flag
	case jws.KindString:
		flag, _ := s.String()
		return flag == "true"
	}
	s.Skip()
	return false
}

// claimError gives the fault of a claim the code of the rule it breaks.
func claimError(claim string, fault error) *Error {
	e := malformed(claim, fault)
	switch f, _ := errors.AsType[jws.Fault](fault); {
	case f == jws.FaultDatePast && claim == "exp":
		e.Code = CodeTokenExpired
	case f != jws.FaultType:
	case claim == "iss":
		e.Code = CodeIssuerInvalid
	case claim == "token_use":
		e.Code = CodeTokenUseInvalid
	case claim == "client_id" || claim == "aud" || claim == "azp":
		e.Code = CodeClientInvalid
	}
	return e
}

// fill sets the claims common to both kinds of token, in place: a copy of them
// all would cost more than making them.
func (p *parsed) fill(c *Claims) {
	c.Subject = p.subject
	c.Username = p.username
	c.ClientID = p.clientID
	c.Issuer = p.issuer
	c.Use = p.use
	c.IssuedAt = date(p.iat)
	c.ExpiresAt = date(p.exp)
	c.NotBefore = date(p.nbf)
	c.AuthTime = date(p.authTime)
	c.TokenID = p.tokenID
	c.OriginID = p.originID
	c.EventID = p.eventID
}

func date(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// accessBox puts the claims, what they point to and the usual number of list
// members into one allocation.
type accessBox struct {
	AccessClaims
	payload string
	inline  [inlineStrings]string
}

func (p *parsed) accessClaims(strs []string) *AccessClaims {
	box := &accessBox{payload: p.payload}
	p.fill(&box.Claims)
	box.Claims.payload = &box.payload
	box.DeviceKey = p.deviceKey
	scopes := strings.Count(p.scope, " ") + 1
	room := listRoom(box.inline[:0], len(strs)+scopes)
	box.Groups, room = placeList(room, p.groups.of(strs))
	box.Audience, room = placeList(room, p.audience.of(strs))
	box.Scopes, _ = placeWords(room, p.scope)
	return &box.AccessClaims
}

type idBox struct {
	IDClaims
	payload string
	inline  [inlineStrings]string
}

func (p *parsed) idClaims(strs []string) *IDClaims {
	box := &idBox{payload: p.payload}
	p.fill(&box.Claims)
	box.Claims.payload = &box.payload
	box.AuthorizedParty = p.azp
	box.Email, box.EmailVerified = p.email, p.emailVerified
	box.PhoneNumber, box.PhoneVerified = p.phone, p.phoneVerif
	box.Name, box.GivenName, box.FamilyName = p.name, p.givenName, p.familyName
	box.Nonce = p.nonce
	box.PreferredRole = p.role
	room := listRoom(box.inline[:0], len(strs))
	box.Groups, room = placeList(room, p.groups.of(strs))
	box.Audience, room = placeList(room, p.audience.of(strs))
	box.Roles, _ = placeList(room, p.roles.of(strs))
	return &box.IDClaims
}

// listRoom returns room for n strings: inline if that is enough.
func listRoom(inline []string, n int) []string {
	if n <= cap(inline) {
		return inline
	}
	return make([]string, 0, n)
}

// placeList copies list to the end of room. The result cannot grow into what
// is placed after it.
func placeList(room, list []string) (placed, rest []string) {
	if len(list) == 0 {
		return nil, room
	}
	n := len(room)
	room = append(room, list...)
	return room[n:len(room):len(room)], room
}

// placeWords does the same with the words of scope (RFC 6749 section 3.3:
// separated by spaces).
func placeWords(room []string, scope string) (placed, rest []string) {
	n := len(room)
	for scope != "" {
		word, after, _ := strings.Cut(scope, " ")
		if word != "" {
			room = append(room, word)
		}
		scope = after
	}
	if len(room) == n {
		return nil, room
	}
	return room[n:len(room):len(room)], room
}
