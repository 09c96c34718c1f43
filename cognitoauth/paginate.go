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
			zero   T
			token  *string
			tokens circle
			empty  int
		)
		for {
			items, next, err := fetch(token)
			if err == nil && next != nil && tokens.closes(*next) {
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

// circle notices when a server hands out a page token for the second time, and
// would keep its client busy for ever. It is Brent's algorithm: one token is
// remembered, for twice as long each time, so that the memory is that of one
// token however many pages there are.
type circle struct {
	marked    string
	age, term int
}

func (c *circle) closes(token string) bool {
	if token != "" && token == c.marked {
		return true
	}
	if c.age++; c.age > c.term {
		c.marked, c.age, c.term = token, 0, 2*c.term+1
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
