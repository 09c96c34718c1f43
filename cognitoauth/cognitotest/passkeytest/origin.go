package passkeytest

import (
	"net/url"
	"strings"
)

// covers reports whether a page of that origin may use the relying party: its
// host must be the relying party's domain or below it, and it must be a secure
// context, which http is on localhost alone.
//
// https://www.w3.org/TR/webauthn-3/#relying-party-identifier
// https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
func covers(relyingPartyID, origin string) bool {
	u, err := url.Parse(origin)
	// Anything besides scheme, host and port is no origin.
	if err != nil || u.Scheme+"://"+u.Host != origin {
		return false
	}
	host := u.Hostname()
	if !within(host, relyingPartyID) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && within(host, localhost)
}

const localhost = "localhost"

// within reports whether host is the domain or a name below it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}
