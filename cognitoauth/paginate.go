package cognitoauth

import "iter"

// pages makes one sequence of a paginated operation. Each fetch takes the token
// of the page, nil for the first, and returns that of the next, nil after the
// last. An error ends the sequence; so does a token that comes twice in a row,
// which would go on for ever.
func pages[T any](op string, fetch func(token *string) ([]T, *string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		var token *string
		for {
			items, next, err := fetch(token)
			if err == nil && next != nil && token != nil && *next == *token {
				err = malformedReply(op, "the same page again")
			}
			if err != nil {
				yield(zero, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == nil || *next == "" {
				return
			}
			token = next
		}
	}
}

// failed is a sequence that holds nothing but an error.
func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}
