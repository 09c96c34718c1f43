package cognitoauth

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// maxPageSize is QueryLimitType's maximum in the API model.
const maxPageSize = 60

// maxEmptyPages is how many pages without an item may follow each other. A
// filter can leave some empty, but not more than a pool has pages: of 60 users,
// the 40 million that are Cognito's quota fill fewer.
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
const maxEmptyPages = 1_000_000

// pages makes one sequence of a paginated operation. Each fetch takes the token
// of the page, nil for the first, and returns that of the next, nil after the
// last; it happens only when the consumer has come to the end of the page
// before. Ranging over the sequence anew begins anew. An error is the last
// element; pages that do not end are one.
func pages[T any](op string, fetch func(token *string) ([]T, *string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var (
			zero  T
			token *string
			seen  cycleDetector
			empty int
		)
		for {
			items, next, err := fetch(token)
			if err == nil && next != nil && seen.repeats(*next) {
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
			if empty++; len(items) > 0 {
				empty = 0
			}
			switch {
			case aws.ToString(next) == "":
				return
			case empty >= maxEmptyPages:
				yield(zero, malformedReply(op, "empty pages without end"))
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

// each reads the items of a page of the operation op.
func each[W, T any](op string, page []W, read func(op string, w *W) (T, error)) ([]T, error) {
	items := make([]T, len(page))
	for i := range page {
		var err error
		if items[i], err = read(op, &page[i]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// cycleDetector finds page tokens that come round again, from a server that
// would keep its client busy for ever. It is Brent's algorithm: one token is
// remembered, for twice as many pages each time. So the memory is that of one
// token however many pages there are, and the pages fetched before a cycle is
// found are a small multiple of those that differ.
type cycleDetector struct {
	remembered string
	age, limit int // how many tokens have come since, and how many may
}

// repeats takes the next token and reports whether it is the remembered one.
func (d *cycleDetector) repeats(token string) bool {
	if token != "" && token == d.remembered {
		return true
	}
	if d.age++; d.age > d.limit {
		d.remembered, d.age, d.limit = token, 0, 2*d.limit+1
	}
	return false
}

// pageSize checks the number of items that a page shall have; zero leaves it to
// Cognito, which takes the maximum.
func (c *checks) pageSize(n int) *checks {
	if n < 0 || n > maxPageSize {
		return c.add("PageSize is %d: want 1 to %d, or 0 for the most", n, maxPageSize)
	}
	return c
}

// pageLimit is the wire's form of a PageSize that was checked.
func pageLimit(n int) *int32 {
	if n == 0 {
		return nil
	}
	return aws.Int32(int32(n))
}
