package cognitoauth

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// book is a server of pages: page n has the token of page n+1, if there is one.
type book struct {
	pages   [][]int
	next    func(page int) *string // instead
	fail    error                  // on the page after the last
	fetched []string               // the tokens asked for
}

func (b *book) fetch(token *string) ([]int, *string, error) {
	b.fetched = append(b.fetched, aws.ToString(token))
	n := len(b.fetched) - 1
	if b.next != nil {
		return b.pages[n%len(b.pages)], b.next(n), nil
	}
	if token != nil {
		n, _ = strconv.Atoi(*token)
	}
	switch {
	case n == len(b.pages):
		return nil, nil, b.fail
	case n == len(b.pages)-1 && b.fail == nil:
		return b.pages[n], nil, nil
	}
	return b.pages[n], aws.String(strconv.Itoa(n + 1)), nil
}

func (b *book) sequence() iter.Seq2[string, error] {
	return pages("ListThings", func(token *string) ([]string, *string, error) {
		page, next, err := b.fetch(token)
		if err != nil {
			return nil, nil, err
		}
		items, err := each("ListThings", page, func(op string, n *int) (string, error) {
			if *n < 0 {
				return "", malformedReply(op, "a negative thing")
			}
			return strconv.Itoa(*n), nil
		})
		return items, next, err
	})
}

// read collects a sequence, and checks that an error is its last element.
func read[T comparable](t *testing.T, seq iter.Seq2[T, error]) ([]T, error) {
	t.Helper()
	var items []T
	var failure error
	for v, err := range seq {
		var zero T
		switch {
		case failure != nil:
			t.Fatalf("the sequence goes on after its error: %v, %v", v, err)
		case err != nil && v != zero:
			t.Errorf("%v comes with the error %v", v, err)
		case err != nil:
			failure = err
		default:
			items = append(items, v)
		}
	}
	return items, failure
}

func TestPageSequences(t *testing.T) {
	t.Parallel()
	outage := &Error{Op: "ListThings", kind: ErrUnavailable}
	for _, test := range []struct {
		name    string
		book    book
		want    string
		fetches int
		err     error
	}{
		{"one page", book{pages: [][]int{{1, 2}}}, "[1 2]", 1, nil},
		{"three pages", book{pages: [][]int{{1, 2}, {3}, {4}}}, "[1 2 3 4]", 3, nil},
		{"empty pages in between", book{pages: [][]int{{}, {1}, {}, {}, {2}, {}}}, "[1 2]", 6, nil},
		{"nothing at all", book{pages: [][]int{{}}}, "[]", 1, nil},
		{"empty token at the end", book{pages: [][]int{{1}}, next: func(int) *string { return aws.String("") }}, "[1]", 1, nil},
		{"failing first page", book{fail: outage}, "[]", 1, ErrUnavailable},
		{"failing third page", book{pages: [][]int{{1}, {2}}, fail: outage}, "[1 2]", 3, ErrUnavailable},
		{"item that cannot be read", book{pages: [][]int{{1}, {2, -1}, {3}}}, "[1]", 2, ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := test.book
			seq := b.sequence()
			for range 2 { // every range begins at the beginning
				b.fetched = nil
				got, err := read(t, seq)
				if fmt.Sprint(got) != test.want || !errors.Is(err, test.err) || len(b.fetched) != test.fetches {
					t.Errorf("got %v, %v after %d requests; want %s, %v after %d", got, err, len(b.fetched), test.want, test.err, test.fetches)
				}
				if b.fetched[0] != "" {
					t.Errorf("the first request has the token %q", b.fetched[0])
				}
			}
		})
	}
}

// TestPagesAreFetchedOnDemand: who stops reading stops the requests.
func TestPagesAreFetchedOnDemand(t *testing.T) {
	t.Parallel()
	for stop, want := range map[int]int{1: 1, 2: 1, 3: 2, 4: 3} {
		b := book{pages: [][]int{{1, 2}, {3}, {4}}}
		read := 0
		for _, err := range b.sequence() {
			if err != nil {
				t.Fatal(err)
			}
			if read++; read == stop {
				break
			}
		}
		if len(b.fetched) != want {
			t.Errorf("%d requests for %d items, want %d", len(b.fetched), stop, want)
		}
	}
}

// TestPagesEnd: a server whose pages do not end is found out.
func TestPagesEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lead, period int
	}{{0, 1}, {0, 2}, {0, 7}, {1, 1}, {5, 3}, {1000, 1}, {10, 1000}} {
		t.Run(fmt.Sprintf("after %d pages a cycle of %d", test.lead, test.period), func(t *testing.T) {
			t.Parallel()
			b := book{pages: [][]int{{1}}, next: func(n int) *string {
				if n >= test.lead {
					n = test.lead + (n-test.lead)%test.period
				}
				return aws.String("token " + strconv.Itoa(n))
			}}
			items := 0
			for _, err := range b.sequence() {
				if items++; err != nil {
					if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "same page") {
						t.Errorf("error %v", err)
					}
					break
				}
				if items > 4*(test.lead+test.period)+4 {
					t.Fatalf("still reading after %d pages", items)
				}
			}
		})
	}
	t.Run("empty pages for ever", func(t *testing.T) {
		t.Parallel()
		n := 0
		seq := pages("ListThings", func(*string) ([]int, *string, error) {
			if n++; n > maxEmptyPages {
				t.Fatal("still reading")
			}
			return nil, aws.String(strconv.Itoa(n)), nil
		})
		if _, err := read(t, seq); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "empty") {
			t.Errorf("error %v", err)
		}
	})
}

// TestListsTurnPages: every list asks for the second page with the token of the
// first, and gives up at an item that has no identity.
func TestListsTurnPages(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]struct {
		read func(context.Context, *Admin) ([]string, error)
		page func(id, next *string) any // of one item
	}{
		"ListUsers": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListUsers(ctx, ListUsersInput{}), func(u User) string { return u.Username })
			},
			func(id, next *string) any {
				return &cip.ListUsersOutput{Users: []types.UserType{{Username: id}}, PaginationToken: next}
			},
		},
		"ListUsersInGroup": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListUsersInGroup(ctx, ListUsersInGroupInput{Group: "g"}), func(u User) string { return u.Username })
			},
			func(id, next *string) any {
				return &cip.ListUsersInGroupOutput{Users: []types.UserType{{Username: id}}, NextToken: next}
			},
		},
		"ListGroups": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListGroups(ctx, ListGroupsInput{}), func(g Group) string { return g.Name })
			},
			func(id, next *string) any {
				return &cip.ListGroupsOutput{Groups: []types.GroupType{{GroupName: id}}, NextToken: next}
			},
		},
		"AdminListGroupsForUser": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListGroupsForUser(ctx, AdminListGroupsForUserInput{Username: "ada"}), func(g Group) string { return g.Name })
			},
			func(id, next *string) any {
				return &cip.AdminListGroupsForUserOutput{Groups: []types.GroupType{{GroupName: id}}, NextToken: next}
			},
		},
		"AdminListDevices": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListDevices(ctx, AdminListDevicesInput{Username: "ada"}), func(d DeviceInfo) string { return d.Key })
			},
			func(id, next *string) any {
				return &cip.AdminListDevicesOutput{Devices: []types.DeviceType{{DeviceKey: id}}, PaginationToken: next}
			},
		},
		"AdminListUserAuthEvents": {
			func(ctx context.Context, a *Admin) ([]string, error) {
				return readNames(a.ListUserAuthEvents(ctx, AdminListUserAuthEventsInput{Username: "ada"}), func(e AuthEvent) string { return e.ID })
			},
			func(id, next *string) any {
				return &cip.AdminListUserAuthEventsOutput{AuthEvents: []types.AuthEventType{{EventId: id}}, NextToken: next}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			first, second, token := aws.String("first"), aws.String("second"), aws.String("token of the second page")
			api.admin = func(in any) (any, error) {
				if contains(reflect.ValueOf(in), *token) {
					return list.page(second, nil), nil
				}
				return list.page(first, token), nil
			}
			got, err := list.read(t.Context(), pool.Admin())
			if fmt.Sprint(got) != "[first second]" || err != nil || len(api.sent) != 2 {
				t.Errorf("got %v, %v after %d requests", got, err, len(api.sent))
			}

			second = nil // an item that nobody could refer to
			got, err = list.read(t.Context(), pool.Admin())
			var e *Error
			if fmt.Sprint(got) != "[first]" || !errors.Is(err, ErrUnavailable) || !errors.As(err, &e) || e.Op != name {
				t.Errorf("item without identity: got %v, %v", got, err)
			}

			api.admin = func(any) (any, error) { return list.page(first, token), nil }
			if _, err = list.read(t.Context(), pool.Admin()); !errors.Is(err, ErrUnavailable) {
				t.Errorf("the same page for ever: %v", err)
			}
		})
	}
}

func readNames[T any](seq iter.Seq2[T, error], name func(T) string) (names []string, err error) {
	for v, err := range seq {
		if err != nil {
			return names, err
		}
		names = append(names, name(v))
	}
	return names, nil
}

// TestPageSizeIsChecked: zero and 1 to 60 are sent, and nothing else is.
func TestPageSizeIsChecked(t *testing.T) {
	t.Parallel()
	for name, op := range adminOperations {
		if _, ok := reflect.TypeOf(op.input).FieldByName("PageSize"); !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for size, valid := range map[int]bool{0: true, 1: true, 60: true, -1: false, 61: false, math.MaxInt: false} {
				in := reflect.New(reflect.TypeOf(op.input)).Elem()
				in.Set(reflect.ValueOf(op.input))
				in.FieldByName("PageSize").SetInt(int64(size))
				pool, api := newFakePool(t, Config{})
				err := op.call(t.Context(), pool, in.Interface())
				if errors.Is(err, ErrInvalidInput) == valid || (len(api.sent) == 1) != valid {
					t.Errorf("PageSize %d: %v, %d requests", size, err, len(api.sent))
				}
			}
		})
	}
}
