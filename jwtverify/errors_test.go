package jwtverify

import (
	"errors"
	"strings"
	"testing"
)

func TestEveryCodeHasASentinelInOneGroup(t *testing.T) {
	t.Parallel()
	for code := range sentinels {
		err := error(&Error{Code: code})
		groups := 0
		for _, group := range []error{ErrTokenInvalid, ErrForbidden, ErrKeysUnavailable} {
			if errors.Is(err, group) {
				groups++
			}
		}
		if groups != 1 || !errors.Is(err, sentinels[code]) || !strings.HasPrefix(err.Error(), "jwtverify: ") {
			t.Errorf("%s is in %d groups: %v", code, groups, err)
		}
	}
	if err := error(&Error{Code: "made_up"}); errors.Is(err, ErrTokenInvalid) || err.Error() != "jwtverify: made_up" {
		t.Errorf("got %v", err)
	}
}
