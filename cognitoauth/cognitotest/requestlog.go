package cognitotest

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// A Request is one call the pool has answered.
type Request struct {
	// Operation is the operation's name, such as "InitiateAuth"; empty if the
	// request named none.
	Operation string
	// Time is when it came, by the pool's clock.
	Time time.Time
	// Signed says whether it carried an Authorization header.
	Signed bool
	// Body is the request's JSON with every secret replaced.
	Body string
	// Status is the HTTP status of the answer; 0 if there was none.
	Status int
	// Faulted says that an injected fault hit it.
	Faulted bool
	// Error and Message are the exception it was answered with, if any.
	Error, Message string
}

// maxRequests bounds the log of a pool that runs for long.
const maxRequests = 10_000

type requestLog struct {
	mu      sync.Mutex
	entries []Request
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) == maxRequests {
		l.entries = slices.Delete(l.entries, 0, maxRequests/10)
	}
	l.entries = append(l.entries, r)
}

// Requests returns the calls the pool has answered, oldest first; at least
// the last nine thousand of them. Secrets in their bodies are replaced.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.entries)
}

// redacted stands for a value that the log does not keep.
const redacted = "[redacted]"

// shownMembers are the members whose text the log keeps. It names what may be
// seen, so that a member nobody thought of is hidden.
var shownMembers = map[string]bool{
	"AttributeName": true, "AuthFlow": true, "ChallengeName": true, "ClientId": true,
	"ClientName": true, "DEVICE_KEY": true, "DeviceKey": true, "DeviceName": true,
	"DeviceRememberedStatus": true, "FriendlyDeviceName": true, "GroupName": true,
	"MessageAction": true, "Name": true, "PREFERRED_CHALLENGE": true, "TIMESTAMP": true,
	"USERNAME": true, "UserPoolId": true, "Username": true, "Value": true,
}

func redactBody(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return redacted
	}
	out, err := json.Marshal(redactValue("", v))
	if err != nil {
		return redacted
	}
	return string(out)
}

func redactValue(member string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = redactValue(k, v[k])
		}
	case []any:
		for i := range v {
			v[i] = redactValue(member, v[i])
		}
	case string:
		if !shownMembers[member] {
			return redacted
		}
	}
	return v
}
