package cognitotest

import (
	"encoding/base64"
	"strconv"
)

// paginate returns one page of items and the token of the next. A limit of
// zero means most, which is also the most there may be.
func paginate[T any](items []T, limit, most int, token string) (page []T, next string, err error) {
	switch {
	case limit < 0:
		return nil, "", failf(codeInvalidParameter, "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value greater than or equal to 0", limit)
	case limit > most:
		return nil, "", failf(codeInvalidParameter, "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value less than or equal to %d", limit, most)
	case limit == 0:
		limit = most
	}
	start := 0
	if token != "" {
		text, decodeErr := base64.RawURLEncoding.DecodeString(token)
		start, err = strconv.Atoi(string(text))
		if decodeErr != nil || err != nil || start < 0 {
			return nil, "", fail(codeInvalidParameter, "Invalid pagination token.")
		}
	}
	start = min(start, len(items))
	end := min(start+limit, len(items))
	if end < len(items) {
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return items[start:end], next, nil
}
