package cognitoauth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// TokenStore keeps the tokens of one user from one run of a program to the
// next, or for several programs at once. Its methods are called one at a time.
type TokenStore interface {
	// Load returns the tokens, or [ErrSignInRequired] if there are none.
	Load(ctx context.Context) (*Tokens, error)
	// Save replaces the tokens.
	Save(ctx context.Context, tokens *Tokens) error
	// Delete removes the tokens if they are still the dead ones: another process
	// may have saved others since. Compare the refresh tokens.
	Delete(ctx context.Context, dead *Tokens) error
}

// TokenSourceConfig says whose tokens to keep fresh. One of Tokens and Store is
// required.
type TokenSourceConfig struct {
	// Tokens to begin with, as a sign-in returned them. Nil: those in Store.
	Tokens *Tokens

	// Store keeps the tokens. Nil: only the TokenSource does. With several
	// processes on one session and refresh-token rotation it must be common to
	// them: when Cognito refuses a token, Store is asked for a newer one.
	Store TokenStore

	// DeviceKey is needed if the pool tracks devices, see [RefreshInput].
	DeviceKey string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// Margin is how long before they expire tokens are refreshed, but not before
	// half their life is over. Zero: one minute.
	Margin time.Duration

	// StoreError, if not nil, hears of a Save or Delete that failed. Tokens that
	// could not be saved are handed out all the same, and saved later.
	StoreError func(error)

	// Now is the clock. Nil: [time.Now].
	Now func() time.Time
}

// TokenSource keeps one user's tokens fresh. It is safe for concurrent use:
// however many goroutines ask, there is one refresh at a time.
type TokenSource struct {
	refresher TokenRefresher
	cfg       TokenSourceConfig

	mu     sync.Mutex
	held   heldTokens
	flight *flight // the refresh under way, which alone changes held
}

// heldTokens are the tokens at hand and what is known of them.
type heldTokens struct {
	tokens  *Tokens   // nil: in the store, if anywhere
	fresh   time.Time // until when they need no refresh
	unsaved bool      // the store does not have them yet
	retry   time.Time // not to be refreshed or saved before, after a failure
}

// flight is a refresh that several callers wait for.
type flight struct {
	done   chan struct{}
	tokens *Tokens
	err    error
}

const (
	defaultMargin = time.Minute

	// flightTimeout ends a refresh that nobody can wait for any longer: three
	// attempts and the waiting in between take less.
	flightTimeout = 2 * time.Minute

	// retryDelay keeps good tokens' refresh from being tried by every caller
	// while Cognito or the store cannot be had.
	retryDelay = 5 * time.Second
)

// NewTokenSource returns a TokenSource that refreshes with r, such as a
// [UserPool]. It does no I/O.
func NewTokenSource(r TokenRefresher, cfg TokenSourceConfig) (*TokenSource, error) {
	const op = "NewTokenSource"
	switch {
	case r == nil:
		return nil, invalidInput(op, "the refresher is nil")
	case cfg.Tokens == nil && cfg.Store == nil:
		return nil, invalidInput(op, "Tokens and Store are both nil: want at least one")
	case cfg.Margin < 0:
		return nil, invalidInput(op, "Margin is negative")
	}
	if cfg.Margin == 0 {
		cfg.Margin = defaultMargin
	}
	cfg.ClientMetadata = maps.Clone(cfg.ClientMetadata)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &TokenSource{refresher: r, cfg: cfg}
	if cfg.Tokens != nil {
		s.held = s.hold(cfg.Tokens.clone())
		s.held.unsaved = cfg.Store != nil
	}
	return s, nil
}

// Token returns tokens that have not expired. It refreshes them when less than
// the margin is left, without making anybody wait until they have expired.
//
// When the session is over, because the refresh token has expired or was
// revoked or the user is gone, it is [ErrSignInRequired], and the tokens are
// deleted. No other error costs the session: throttling or an outage is
// returned only once the tokens at hand have expired, and a later call tries
// again. The refresh goes on when ctx ends, for whoever asks next.
func (s *TokenSource) Token(ctx context.Context) (*Tokens, error) {
	s.mu.Lock()
	now, h := s.cfg.Now(), s.held
	good := h.tokens != nil && now.Before(h.tokens.ExpiresAt)
	due := !s.isFresh(h) || h.unsaved
	if due && s.flight == nil && (!good || !now.Before(h.retry)) {
		s.flight = &flight{done: make(chan struct{})}
		// Others wait for it when this caller has gone.
		go s.fly(context.WithoutCancel(ctx), s.flight, h)
	}
	f := s.flight
	s.mu.Unlock()

	if good {
		return h.tokens.clone(), nil
	}
	select {
	case <-f.done:
		if f.err != nil {
			return nil, f.err
		}
		return f.tokens.clone(), nil
	case <-ctx.Done():
		return nil, &Error{Op: opRefresh, Message: ctx.Err().Error(), kind: ErrUnavailable, cause: ctx.Err()}
	}
}

// fly brings the tokens up to date for everybody who waits for f.
func (s *TokenSource) fly(ctx context.Context, f *flight, h heldTokens) {
	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	// The refresher and the store are the user's. Should one of them panic, or
	// end the goroutine as a failing test does, nobody may wait for ever, and no
	// handler that could recover is on this goroutine.
	err := errors.New("cognitoauth: the refresher or the store ended its goroutine")
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("cognitoauth: the refresher or the store panicked: %v", r)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.held, s.flight = h, nil
		f.tokens, f.err = h.tokens, err
		close(f.done)
	}()
	h, err = s.update(ctx, h)
}

// update returns what to hold from now on. Without an error those are tokens
// that can be handed out.
func (s *TokenSource) update(ctx context.Context, h heldTokens) (heldTokens, error) {
	if h.tokens == nil {
		var err error
		if h, err = s.load(ctx); err != nil {
			return heldTokens{}, err
		}
	} else if !s.isFresh(h) && !h.unsaved && s.cfg.Store != nil {
		// Another process may have refreshed them already.
		if stored, err := s.load(ctx); err == nil && stored.tokens.RefreshToken != h.tokens.RefreshToken {
			h = stored
		}
	}
	if s.isFresh(h) {
		return s.save(ctx, h), nil
	}
	renewed, err := s.refresh(ctx, h)
	switch {
	case err == nil:
		return renewed, nil
	case s.isDead(err):
		return s.takeSuccessor(ctx, h, err)
	case s.cfg.Now().Before(h.tokens.ExpiresAt):
		h.retry = s.cfg.Now().Add(retryDelay)
		return h, nil // still good
	}
	return h, err
}

// takeSuccessor is for when Cognito has refused a refresh token: another
// process may have rotated it and saved its successor. If there is none the
// session is over.
func (s *TokenSource) takeSuccessor(ctx context.Context, refused heldTokens, cause error) (heldTokens, error) {
	if s.cfg.Store == nil {
		return heldTokens{}, errors.Join(ErrSignInRequired, cause)
	}
	stored, err := s.load(ctx)
	if err != nil && !errors.Is(err, ErrSignInRequired) {
		return refused, err // whether there is a successor is not known
	}
	if err == nil && stored.tokens.RefreshToken != refused.tokens.RefreshToken {
		if s.isFresh(stored) {
			return stored, nil
		}
		renewed, err := s.refresh(ctx, stored)
		if err == nil {
			return renewed, nil
		}
		if !s.isDead(err) {
			return stored, err
		}
		refused, cause = stored, err
	}
	if err := s.cfg.Store.Delete(ctx, refused.tokens.clone()); err != nil {
		s.storeFailed(fmt.Errorf("cognitoauth: deleting dead tokens: %w", err))
	}
	return heldTokens{}, errors.Join(ErrSignInRequired, cause)
}

func (s *TokenSource) load(ctx context.Context) (heldTokens, error) {
	if s.cfg.Store == nil {
		return heldTokens{}, ErrSignInRequired
	}
	tokens, err := s.cfg.Store.Load(ctx)
	if err != nil {
		return heldTokens{}, fmt.Errorf("cognitoauth: loading tokens: %w", err)
	}
	if tokens == nil || tokens.RefreshToken == "" && tokens.AccessToken == "" {
		return heldTokens{}, ErrSignInRequired
	}
	return s.hold(tokens.clone()), nil
}

func (s *TokenSource) refresh(ctx context.Context, h heldTokens) (heldTokens, error) {
	if h.tokens.RefreshToken == "" {
		return heldTokens{}, ErrSignInRequired
	}
	out, err := s.refresher.Refresh(ctx, RefreshInput{
		RefreshToken:   h.tokens.RefreshToken,
		DeviceKey:      s.cfg.DeviceKey,
		ClientMetadata: s.cfg.ClientMetadata,
	})
	switch {
	case err != nil:
		return heldTokens{}, err
	case out == nil || out.Tokens == nil:
		return heldTokens{}, malformedReply(opRefresh, "no tokens")
	case !s.cfg.Now().Before(out.Tokens.ExpiresAt):
		return heldTokens{}, malformedReply(opRefresh, "tokens that have expired already")
	}
	renewed := s.hold(out.Tokens.clone())
	renewed.unsaved = s.cfg.Store != nil
	// New tokens show their whole life. A margin that is most of it would have
	// every call refresh.
	now := s.cfg.Now()
	if half := now.Add(out.Tokens.ExpiresAt.Sub(now) / 2); renewed.fresh.Before(half) {
		renewed.fresh = half
	}
	return s.save(ctx, renewed), nil
}

// save saves what is unsaved. What cannot be saved now is saved later.
func (s *TokenSource) save(ctx context.Context, h heldTokens) heldTokens {
	if !h.unsaved {
		return h
	}
	if err := s.cfg.Store.Save(ctx, h.tokens.clone()); err != nil {
		s.storeFailed(fmt.Errorf("cognitoauth: saving tokens: %w", err))
		h.retry = s.cfg.Now().Add(retryDelay)
		return h
	}
	h.unsaved = false
	return h
}

func (s *TokenSource) storeFailed(err error) {
	if s.cfg.StoreError != nil {
		s.cfg.StoreError(err)
	}
}

func (s *TokenSource) isFresh(h heldTokens) bool {
	return h.tokens != nil && s.cfg.Now().Before(h.fresh)
}

func (s *TokenSource) hold(tokens *Tokens) heldTokens {
	return heldTokens{tokens: tokens, fresh: tokens.ExpiresAt.Add(-s.cfg.Margin)}
}

// isDead reports whether an error of Refresh ends the session. A pool that
// tracks devices calls good tokens invalid if no device is named, so that this
// one is no proof without a DeviceKey.
func (s *TokenSource) isDead(err error) bool {
	return IsSessionOver(err) && (s.cfg.DeviceKey != "" || !errors.Is(err, ErrTokenInvalid))
}

// IsSessionOver reports whether an error of [UserPool.Refresh] says that the
// refresh token will never work again, so that the user must sign in.
// Everything else, throttling above all, says nothing about the token: keep it.
func IsSessionOver(err error) bool {
	for _, over := range []error{ErrNotAuthorized, ErrUserNotFound, ErrUserNotConfirmed, ErrUserDisabled, ErrPasswordResetRequired} {
		if errors.Is(err, over) {
			return true
		}
	}
	return false
}

// clone keeps callers from sharing what they may change.
func (t *Tokens) clone() *Tokens {
	c := *t
	if t.NewDevice != nil {
		d := *t.NewDevice
		c.NewDevice = &d
	}
	return &c
}

// Format prints the configuration without its tokens, whatever the verb.
func (c TokenSourceConfig) Format(s fmt.State, _ rune) {
	redact.FormatAs(s, "cognitoauth.TokenSourceConfig", c.summary())
}

// MarshalJSON marshals the configuration without its tokens.
func (c TokenSourceConfig) MarshalJSON() ([]byte, error) { return redact.JSON(c.summary()) }

// tokenSourceSummary is what of a TokenSourceConfig can be printed.
type tokenSourceSummary struct {
	Tokens         *Tokens
	DeviceKey      string
	ClientMetadata map[string]string
	Margin         time.Duration
}

func (c TokenSourceConfig) summary() tokenSourceSummary {
	return tokenSourceSummary{c.Tokens, c.DeviceKey, c.ClientMetadata, c.Margin}
}

// Format prints nothing of the tokens, whatever the verb.
func (s *TokenSource) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("cognitoauth.TokenSource{}"))
}
