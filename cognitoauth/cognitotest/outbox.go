package cognitotest

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// A Message is what the pool would have sent by e-mail or SMS.
type Message struct {
	// To is the e-mail address or phone number.
	To string `json:"to"`
	// Medium is "EMAIL" or "SMS".
	Medium string `json:"medium"`
	// Username is the user it is for, and Sub their sub.
	Username string `json:"username"`
	Sub      string `json:"sub"`
	// Source says why, in the words of the custom message trigger:
	// "CustomMessage_SignUp", "CustomMessage_ForgotPassword", …
	Source string `json:"source"`
	// Code is the code in it, if there is one.
	Code string `json:"code,omitempty"`
	// TemporaryPassword is the password in an invitation.
	TemporaryPassword string `json:"temporaryPassword,omitempty"`
	// Subject (e-mail only) and Body are the words.
	Subject string `json:"subject,omitempty"`
	Body    string `json:"body"`
	// Time is when it was sent, by the pool's clock.
	Time time.Time `json:"time"`
}

// outbox keeps every message in the order of sending.
type outbox struct {
	mu       sync.Mutex
	messages []Message
}

func (o *outbox) send(m Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.messages = append(o.messages, m)
}

func (o *outbox) to(who string) []Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	if who == "" {
		return slices.Clone(o.messages)
	}
	var found []Message
	for _, m := range o.messages {
		if strings.EqualFold(m.To, who) || strings.EqualFold(m.Username, who) || m.Sub == who {
			found = append(found, m)
		}
	}
	return found
}

// Messages returns every message sent so far to an e-mail address, a phone
// number or a user (by name or sub), oldest first. The empty string means
// everybody.
func (s *Server) Messages(to string) []Message { return s.pool.outbox.to(to) }

// Code returns what the last message to an e-mail address, a phone number or
// a user (by name or sub) said: its code, or the temporary password of an
// invitation. It is empty if there was no message.
func (s *Server) Code(to string) string {
	messages := s.pool.outbox.to(to)
	if len(messages) == 0 {
		return ""
	}
	last := messages[len(messages)-1]
	if last.Code == "" {
		return last.TemporaryPassword
	}
	return last.Code
}
