package passkeytest

// A Misbehavior is one thing that an [Authenticator], or the browser before it,
// does wrongly in one call, with everything else in order. A relying party must
// notice.
type Misbehavior string

const (
	// WrongChallenge answers a challenge that nobody has set.
	WrongChallenge Misbehavior = "wrong challenge"
	// WrongOrigin says that the page is one of https://evil.example.
	WrongOrigin Misbehavior = "wrong origin"
	// CrossOrigin says that the page is in a frame of another site.
	CrossOrigin Misbehavior = "cross origin"
	// WrongType calls a sign-in a registration, and the other way round.
	WrongType Misbehavior = "wrong type"
	// WrongRelyingParty signs for the relying party evil.example.
	WrongRelyingParty Misbehavior = "wrong relying party"
	// WithoutUserPresence does not ask the user at all.
	WithoutUserPresence Misbehavior = "without user presence"
	// WithoutUserVerification does without, even where it is required.
	WithoutUserVerification Misbehavior = "without user verification"

	// WrongAlgorithm, in Create, makes a key for an algorithm that was not asked
	// for.
	WrongAlgorithm Misbehavior = "wrong algorithm"
	// WrongAttestation, in Create, attests the key with a signature that does
	// not fit.
	WrongAttestation Misbehavior = "wrong attestation"

	// WrongSignature, in Get, signs something else.
	WrongSignature Misbehavior = "wrong signature"
	// WrongUserHandle, in Get, names another user.
	WrongUserHandle Misbehavior = "wrong user handle"
	// UnlistedCredential, in Get, uses any passkey for the relying party, whether
	// it was asked for or not.
	UnlistedCredential Misbehavior = "unlisted credential"
)

const evil = "evil.example"

// What can be done wrongly in each call. Anything else is an error, because a
// test with it would pass for the wrong reason.
var (
	wrongInBoth = []Misbehavior{
		WrongChallenge, WrongOrigin, CrossOrigin, WrongType, WrongRelyingParty, WithoutUserPresence, WithoutUserVerification,
	}
	wrongIn = map[string][]Misbehavior{
		typeCreate: append([]Misbehavior{WrongAlgorithm, WrongAttestation}, wrongInBoth...),
		typeGet:    append([]Misbehavior{WrongSignature, WrongUserHandle, UnlistedCredential}, wrongInBoth...),
	}
)
