package cognitotest

import (
	"encoding/json"
	"net/http"
)

const (
	jwksPath   = "/.well-known/jwks.json"
	configPath = "/.well-known/openid-configuration"
)

// serveDocument serves what a relying party reads without credentials: the
// pool's public keys (RFC 7517) and its OpenID Connect discovery document.
func (s *Server) serveDocument(w http.ResponseWriter, r *http.Request) {
	var body []byte
	switch r.URL.Path {
	case "/" + s.pool.id + jwksPath:
		body = s.pool.signer.jwks()
	case "/" + s.pool.id + configPath:
		body = s.openIDConfiguration()
	default:
		if s.pool.cfg.NotFound != nil {
			s.pool.cfg.NotFound.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	// Cognito lets its keys be kept for a day.
	h.Set("Cache-Control", "public, max-age=86400")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // as in writeBody
}

// openIDConfiguration is the discovery document of OpenID Connect Discovery
// 1.0, section 3, with the members that Cognito's has. The hosted pages that
// it names are not served here.
func (s *Server) openIDConfiguration() []byte {
	hosted := s.url + "/oauth2"
	body, err := json.Marshal(map[string]any{
		"issuer":                                s.pool.issuer,
		"jwks_uri":                              s.JWKSURL(),
		"authorization_endpoint":                hosted + "/authorize",
		"token_endpoint":                        hosted + "/token",
		"userinfo_endpoint":                     hosted + "/userInfo",
		"revocation_endpoint":                   hosted + "/revoke",
		"end_session_endpoint":                  s.url + "/logout",
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
		"subject_types_supported":               []string{"public"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
	})
	if err != nil { // strings always marshal
		return []byte("{}")
	}
	return body
}
