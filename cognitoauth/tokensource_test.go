package cognitoauth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeRefresher counts and answers as told. The tokens it makes live an hour.
type fakeRefresher struct {
	mu      sync.Mutex
	calls   []RefreshInput
	answer  func(n int, in RefreshInput) (*RefreshOutput, error) // nil: rotates
	latency time.Duration
}

func (f *fakeRefresher) Refresh(_ context.Context, in RefreshInput) (*RefreshOutput, error) {
	f.mu.Lock()
	f.calls = append(f.calls, in)
	n := len(f.calls)
	f.mu.Unlock()
	time.Sleep(f.latency)
	if f.answer != nil {
		return f.answer(n, in)
	}
	return renewed(n), nil
}

func renewed(n int) *RefreshOutput {
	return &RefreshOutput{Tokens: &Tokens{
		AccessToken: fmt.Sprint("access-", n), IDToken: fmt.Sprint("id-", n), RefreshToken: fmt.Sprint("refresh-", n),
		ExpiresAt: time.Now().Add(time.Hour),
	}, Rotated: true}
}

// memoryStore is a TokenStore; its methods fail with err if that is set.
type memoryStore struct {
	tokens    *Tokens
	err       error
	deleteErr error // of Delete alone
	saves     int
}

func (m *memoryStore) Load(context.Context) (*Tokens, error) {
	if m.err != nil {
		return nil, m.err
	}
	if m.tokens == nil {
		return nil, ErrSignInRequired
	}
	return m.tokens, nil
}

func (m *memoryStore) Save(_ context.Context, t *Tokens) error {
	if m.err != nil {
		return m.err
	}
	m.tokens = t
	m.saves++
	return nil
}

func (m *memoryStore) Delete(_ context.Context, dead *Tokens) error {
	if err := cmp.Or(m.err, m.deleteErr); err != nil {
		return err
	}
	if m.tokens != nil && m.tokens.RefreshToken == dead.RefreshToken {
		m.tokens = nil
	}
	return nil
}

func newSource(t *testing.T, r TokenRefresher, cfg TokenSourceConfig) *TokenSource {
	t.Helper()
	s, err := NewTokenSource(r, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tokensFor(life time.Duration) *Tokens {
	return &Tokens{AccessToken: "access-0", IDToken: "id-0", RefreshToken: "refresh-0", ExpiresAt: time.Now().Add(life)}
}

func TestTokenSourceRefreshesInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &fakeRefresher{}
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(time.Hour), DeviceKey: "key", ClientMetadata: map[string]string{"k": "v"}})
		for _, step := range []struct {
			wait time.Duration
			want string
		}{
			{0, "access-0"}, {58 * time.Minute, "access-0"},
			{61 * time.Second, "access-0"}, // within the margin: nobody waits
			{0, "access-1"}, {time.Minute, "access-1"},
			{2 * time.Hour, "access-2"}, // expired
		} {
			time.Sleep(step.wait)
			tokens, err := s.Token(t.Context())
			if err != nil || tokens.AccessToken != step.want {
				t.Fatalf("after %v: %q, %v; want %q", step.wait, tokens.AccessToken, err, step.want)
			}
			synctest.Wait()
		}
		if c := r.calls[1]; c.RefreshToken != "refresh-1" || c.DeviceKey != "key" || c.ClientMetadata["k"] != "v" {
			t.Errorf("second refresh with %v", c)
		}
	})
}

func TestTokenSourceShortLives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSource(t, &fakeRefresher{}, TokenSourceConfig{Tokens: tokensFor(0), Margin: 2 * time.Hour})
		for i, want := range []string{"access-1", "access-1", "access-1", "access-2", "access-2", "access-3"} {
			if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != want {
				t.Errorf("after %d × 16 minutes: %v, %v; want %s", i, tokens.AccessToken, err, want)
			}
			synctest.Wait()
			time.Sleep(16 * time.Minute)
		}
	})
}

// TestTokenSourceRefreshesOnce: a hundred callers, one refresh, no shared state.
func TestTokenSourceRefreshesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &fakeRefresher{latency: time.Second}
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0)})
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				tokens, err := s.Token(t.Context())
				if err != nil || tokens.AccessToken != "access-1" {
					t.Errorf("%v, %v", tokens, err)
					return
				}
				tokens.AccessToken = "spoilt" // the caller's own copy
			})
		}
		wg.Wait()
		if len(r.calls) != 1 {
			t.Errorf("%d refreshes", len(r.calls))
		}
	})
}

// TestTokenSourceCallerGivesUp: the refresh goes on for the others.
func TestTokenSourceCallerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &fakeRefresher{latency: 10 * time.Second}
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Token(ctx); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrUnavailable) {
			t.Errorf("error %v", err)
		}
		if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "access-1" || len(r.calls) != 1 {
			t.Errorf("%v, %v after %d refreshes", tokens, err, len(r.calls))
		}
	})
}

// TestTokenSourceErrors: only errors that mean so end the session.
func TestTokenSourceErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, message string
		dead          bool
	}{
		{"NotAuthorizedException", "Refresh Token has expired", true},
		{"NotAuthorizedException", "Refresh Token has been revoked", true},
		{"NotAuthorizedException", "Invalid Refresh Token.", true},
		{"RefreshTokenReuseException", "", true},
		{"UserNotFoundException", "", true},
		{"UserNotConfirmedException", "", true},
		{"PasswordResetRequiredException", "", true},
		{"NotAuthorizedException", "User is disabled.", true},
		{"TooManyRequestsException", "", false},
		{"InternalErrorException", "", false},
		{"NotAuthorizedException", "Unable to verify secret hash for client x", false},
		{"ResourceNotFoundException", "User pool client x does not exist.", false},
		{"UserLambdaValidationException", "", false},
	} {
		t.Run(test.code+"/"+test.message, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cause := &Error{Op: opRefresh, Code: test.code, Message: test.message, StatusCode: 400}
				r := &fakeRefresher{answer: func(int, RefreshInput) (*RefreshOutput, error) { return nil, cause }}
				store := &memoryStore{tokens: tokensFor(time.Hour)}
				s := newSource(t, r, TokenSourceConfig{Store: store, DeviceKey: "key"})

				if _, err := s.Token(t.Context()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(59*time.Minute + 30*time.Second) // due, and not expired
				tokens, err := s.Token(t.Context())
				if err != nil || tokens.AccessToken != "access-0" {
					t.Errorf("before they expire: %v, %v", tokens, err)
				}
				synctest.Wait()
				if test.dead {
					if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) || store.tokens != nil || HTTPStatus(err) != 401 {
						t.Errorf("%v, store %v", err, store.tokens)
					}
					return
				}
				if _, err := s.Token(t.Context()); err != nil || len(r.calls) != 1 {
					t.Errorf("tried %d times within the delay: %v", len(r.calls), err)
				}
				time.Sleep(time.Minute) // expired
				if _, err := s.Token(t.Context()); !errors.Is(err, cause) || errors.Is(err, ErrSignInRequired) || store.tokens == nil {
					t.Errorf("after they expired: %v, store %v", err, store.tokens)
				}
				r.answer = nil
				if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "access-3" || store.tokens.AccessToken != "access-3" {
					t.Errorf("after recovery: %v, %v", tokens, err)
				}
			})
		})
	}
}

// TestTokenSourceWithoutDeviceKey: "Invalid Refresh Token" may only mean that
// the device is missing, and is no reason to delete a session.
func TestTokenSourceWithoutDeviceKey(t *testing.T) {
	t.Parallel()
	r := &fakeRefresher{answer: func(int, RefreshInput) (*RefreshOutput, error) {
		return nil, &Error{Op: opRefresh, Code: "NotAuthorizedException", Message: "Invalid Refresh Token.", StatusCode: 400}
	}}
	store := &memoryStore{tokens: tokensFor(0)}
	_, err := newSource(t, r, TokenSourceConfig{Store: store}).Token(t.Context())
	if !errors.Is(err, ErrTokenInvalid) || errors.Is(err, ErrSignInRequired) || store.tokens == nil {
		t.Errorf("%v, store %v", err, store.tokens)
	}
}

// TestTokenSourceSurvivesItsParts: a refresher or store that panics, ends its
// goroutine, says nothing or hangs costs nobody more than an error.
func TestTokenSourceSurvivesItsParts(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(int, RefreshInput) (*RefreshOutput, error){
		"panics":              func(int, RefreshInput) (*RefreshOutput, error) { panic("boom") },
		"ends its goroutine":  func(int, RefreshInput) (*RefreshOutput, error) { runtime.Goexit(); return nil, nil },
		"returns nothing":     func(int, RefreshInput) (*RefreshOutput, error) { return nil, nil },
		"returns no tokens":   func(int, RefreshInput) (*RefreshOutput, error) { return &RefreshOutput{}, nil },
		"returns dead tokens": func(int, RefreshInput) (*RefreshOutput, error) { return &RefreshOutput{Tokens: tokensFor(0)}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &fakeRefresher{answer: answer}
			s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0)})
			for range 2 {
				if tokens, err := s.Token(t.Context()); err == nil {
					t.Fatalf("no error, %v", tokens)
				}
			}
			r.answer = nil
			if _, err := s.Token(t.Context()); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
	t.Run("hangs", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			r := &fakeRefresher{latency: time.Minute}
			s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(50 * time.Second)})
			before := time.Now()
			if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "access-0" || time.Since(before) != 0 {
				t.Errorf("good tokens are held back for %v: %v", time.Since(before), err)
			}
			time.Sleep(2 * time.Minute)
		})
	})
}

// TestTokenSourceLooksBeforeItRefreshes: what another process has refreshed
// need not be refreshed again.
func TestTokenSourceLooksBeforeItRefreshes(t *testing.T) {
	t.Parallel()
	r := &fakeRefresher{}
	store := &memoryStore{tokens: tokensFor(0)}
	s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0), Store: &memoryStore{}})
	s.held.unsaved = false
	s.cfg.Store = store
	store.tokens = &Tokens{AccessToken: "theirs", RefreshToken: "their-refresh", ExpiresAt: time.Now().Add(time.Hour)}
	if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "theirs" || len(r.calls) != 0 {
		t.Errorf("%v, %v after %d refreshes", tokens, err, len(r.calls))
	}
}

// TestTokenSourceTakesSuccessor: another process has rotated the token.
func TestTokenSourceTakesSuccessor(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]time.Duration{"fresh": time.Hour, "expired": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &fakeRefresher{answer: func(n int, in RefreshInput) (*RefreshOutput, error) {
					if in.RefreshToken == "refresh-0" {
						return nil, &Error{Code: "RefreshTokenReuseException"}
					}
					return renewed(n), nil
				}}
				successor := &Tokens{AccessToken: "theirs", RefreshToken: "their-refresh", ExpiresAt: time.Now().Add(life)}
				store := &memoryStore{}
				s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0), Store: store})
				store.tokens = successor
				tokens, err := s.Token(t.Context())
				want := map[string]string{"fresh": "theirs", "expired": "access-2"}[name]
				if err != nil || tokens.AccessToken != want || store.tokens.AccessToken != want {
					t.Errorf("%v, %v; want %s", tokens.AccessToken, err, want)
				}
			})
		})
	}
}

// TestTokenSourceWithoutSuccessor: Cognito has refused the tokens at hand, and
// there are none to go on with, or none yet.
func TestTokenSourceWithoutSuccessor(t *testing.T) {
	t.Parallel()
	reused := &Error{Op: opRefresh, Code: "RefreshTokenReuseException", StatusCode: 400}
	throttled := &Error{Op: opRefresh, Code: "TooManyRequestsException", StatusCode: 400}
	successor := func(life time.Duration) *Tokens {
		return &Tokens{AccessToken: "theirs", RefreshToken: "their-refresh", ExpiresAt: time.Now().Add(life)}
	}
	// answers gives what Cognito says to each refresh token.
	answers := func(own, theirs *Error) *fakeRefresher {
		return &fakeRefresher{answer: func(n int, in RefreshInput) (*RefreshOutput, error) {
			err := map[string]*Error{"refresh-0": own, "their-refresh": theirs}[in.RefreshToken]
			if err != nil {
				return nil, err
			}
			return renewed(n), nil
		}}
	}
	t.Run("no store", func(t *testing.T) {
		t.Parallel()
		r := answers(reused, nil)
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0)})
		for range 2 { // the second time, nothing is left to ask Cognito about
			if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) || len(r.calls) != 1 {
				t.Errorf("%v after %d refreshes", err, len(r.calls))
			}
		}
	})
	t.Run("no refresh token", func(t *testing.T) {
		t.Parallel()
		r := &fakeRefresher{}
		s := newSource(t, r, TokenSourceConfig{Tokens: &Tokens{AccessToken: "a"}})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) || len(r.calls) != 0 {
			t.Errorf("%v after %d refreshes", err, len(r.calls))
		}
	})
	t.Run("store that cannot say", func(t *testing.T) {
		t.Parallel()
		store := &memoryStore{err: errors.New("no network")}
		s := newSource(t, answers(reused, nil), TokenSourceConfig{Tokens: tokensFor(0), Store: store})
		if _, err := s.Token(t.Context()); !errors.Is(err, store.err) || errors.Is(err, ErrSignInRequired) {
			t.Errorf("error %v", err)
		}
		store.err, store.tokens = nil, successor(time.Hour)
		if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "theirs" {
			t.Errorf("when it can: %v, %v", tokens, err)
		}
	})
	t.Run("successor that Cognito does not refresh now", func(t *testing.T) {
		t.Parallel()
		store := &memoryStore{tokens: successor(0)}
		r := answers(reused, throttled)
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(0), Store: store})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrTooManyRequests) || errors.Is(err, ErrSignInRequired) || store.tokens == nil {
			t.Errorf("%v, store %v", err, store.tokens)
		}
		r.answer = nil
		if _, err := s.Token(t.Context()); err != nil || r.calls[2].RefreshToken != "their-refresh" {
			t.Errorf("later, with %v: %v", r.calls[2], err)
		}
	})
	t.Run("successor that is dead, too", func(t *testing.T) {
		t.Parallel()
		store := &memoryStore{tokens: successor(0)}
		s := newSource(t, answers(reused, reused), TokenSourceConfig{Tokens: tokensFor(0), Store: store})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) || !errors.Is(err, ErrTokenRevoked) || store.tokens != nil {
			t.Errorf("%v, store %v", err, store.tokens)
		}
	})
	t.Run("store that does not delete", func(t *testing.T) {
		t.Parallel()
		var heard []error
		store := &memoryStore{tokens: tokensFor(0), deleteErr: errors.New("read-only")}
		s := newSource(t, answers(reused, nil), TokenSourceConfig{Store: store, StoreError: func(err error) { heard = append(heard, err) }})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) || len(heard) != 1 || !errors.Is(heard[0], store.deleteErr) {
			t.Errorf("%v, heard %v", err, heard)
		}
	})
	t.Run("store of empty tokens", func(t *testing.T) {
		t.Parallel()
		s := newSource(t, answers(reused, nil), TokenSourceConfig{Store: &memoryStore{tokens: &Tokens{}}})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrSignInRequired) {
			t.Errorf("error %v", err)
		}
	})
}

// TestTokensAreTheCallers: what one caller does to its tokens, no other sees.
func TestTokensAreTheCallers(t *testing.T) {
	t.Parallel()
	begun := tokensFor(time.Hour)
	begun.NewDevice = &NewDevice{Key: "key"}
	s := newSource(t, &fakeRefresher{}, TokenSourceConfig{Tokens: begun})
	for range 2 {
		tokens, err := s.Token(t.Context())
		if err != nil || tokens.AccessToken != "access-0" || tokens.NewDevice.Key != "key" {
			t.Fatalf("%v, %v", tokens, err)
		}
		for _, seen := range []*Tokens{tokens, begun} {
			seen.AccessToken, seen.NewDevice.Key = "changed", "changed"
		}
	}
}

func TestTokenSourceStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var heard []error
		store := &memoryStore{err: errors.New("disk full")}
		r := &fakeRefresher{}
		s := newSource(t, r, TokenSourceConfig{Tokens: tokensFor(time.Hour), Store: store, StoreError: func(err error) { heard = append(heard, err) }})

		if tokens, err := s.Token(t.Context()); err != nil || tokens.AccessToken != "access-0" {
			t.Errorf("a store that fails: %v, %v", tokens, err)
		}
		synctest.Wait()
		store.err = nil
		time.Sleep(retryDelay)
		if _, err := s.Token(t.Context()); err != nil || len(heard) != 1 {
			t.Errorf("heard %v: %v", heard, err)
		}
		synctest.Wait()
		if store.saves != 1 || store.tokens.AccessToken != "access-0" {
			t.Errorf("saved %d times", store.saves)
		}
		if _, err := s.Token(t.Context()); err != nil || store.saves != 1 || len(r.calls) != 0 {
			t.Errorf("saved %d times, refreshed %d times", store.saves, len(r.calls))
		}
		// Another run of the program.
		again := newSource(t, r, TokenSourceConfig{Store: store})
		if tokens, err := again.Token(t.Context()); err != nil || tokens.AccessToken != "access-0" {
			t.Errorf("%v, %v", tokens, err)
		}
		store.err = errors.New("gone")
		if _, err := newSource(t, r, TokenSourceConfig{Store: store}).Token(t.Context()); !errors.Is(err, store.err) || errors.Is(err, ErrSignInRequired) {
			t.Errorf("a store that cannot be read: %v", err)
		}
		if _, err := newSource(t, r, TokenSourceConfig{Store: &memoryStore{}}).Token(t.Context()); !errors.Is(err, ErrSignInRequired) {
			t.Errorf("an empty store: %v", err)
		}
	})
}

func TestNewTokenSourceRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		r   TokenRefresher
		cfg TokenSourceConfig
	}{
		"no refresher":    {nil, TokenSourceConfig{Tokens: tokensFor(0)}},
		"no tokens":       {&fakeRefresher{}, TokenSourceConfig{}},
		"negative margin": {&fakeRefresher{}, TokenSourceConfig{Tokens: tokensFor(0), Margin: -1}},
	} {
		if s, err := NewTokenSource(test.r, test.cfg); s != nil || !errors.Is(err, ErrInvalidInput) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}
