package cognitotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	sigAlgorithm  = "AWS4-HMAC-SHA256"
	sigService    = "cognito-idp"
	sigTimeLayout = "20060102T150405Z"
)

// checkSignature checks AWS Signature Version 4 on r, whose body has been
// read: the signature itself, the access key, and the date.
//
// Source: "Create a signed AWS API request", AWS Identity and Access
// Management User Guide.
func (s *Server) checkSignature(r *http.Request, body []byte) error {
	header := r.Header.Get("Authorization")
	if header == "" {
		return errNoSignature
	}
	fields, ok := strings.CutPrefix(header, sigAlgorithm+" ")
	if !ok {
		return errBadSignature
	}
	parts := map[string]string{}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		parts[name] = value
	}
	credential := strings.Split(parts["Credential"], "/")
	if len(credential) != 5 || credential[3] != sigService || credential[4] != "aws4_request" {
		return errBadSignature
	}
	want := s.Credentials()
	if credential[0] != want.AccessKeyID || r.Header.Get("X-Amz-Security-Token") != want.SessionToken {
		return errUnknownKey
	}
	date := r.Header.Get("X-Amz-Date")
	when, err := time.Parse(sigTimeLayout, date)
	if err != nil || !strings.HasPrefix(date, credential[1]) {
		return errBadSignature
	}
	if !s.pool.clock.timely(when) {
		return failf("InvalidSignatureException", "Signature expired: %s is now earlier than %s", date, s.pool.now().UTC().Add(-skewLimit).Format(sigTimeLayout))
	}

	signedHeaders := strings.Split(parts["SignedHeaders"], ";")
	if !slices.Contains(signedHeaders, "host") || !slices.Contains(signedHeaders, "x-amz-date") {
		return errBadSignature
	}
	bodyHash := sha256.Sum256(body)
	var canonical strings.Builder
	canonical.WriteString(r.Method + "\n" + canonicalPath(r.URL) + "\n" + canonicalQuery(r.URL.Query()) + "\n")
	for _, name := range signedHeaders {
		canonical.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	canonical.WriteString("\n" + parts["SignedHeaders"] + "\n" + hex.EncodeToString(bodyHash[:]))

	requestHash := sha256.Sum256([]byte(canonical.String()))
	toSign := strings.Join([]string{sigAlgorithm, date, strings.Join(credential[1:], "/"), hex.EncodeToString(requestHash[:])}, "\n")
	key := []byte("AWS4" + want.SecretAccessKey)
	for _, part := range credential[1:] {
		key = hmacSHA256(key, part)
	}
	signature := hex.EncodeToString(hmacSHA256(key, toSign))
	if subtle.ConstantTimeCompare([]byte(signature), []byte(parts["Signature"])) != 1 {
		return errBadSignature
	}
	return nil
}

func hmacSHA256(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		return "/"
	}
	return path
}

func canonicalQuery(q url.Values) string {
	// url.Values sorts its keys; AWS wants %20 where it writes +.
	return strings.ReplaceAll(q.Encode(), "+", "%20")
}

// canonicalHeader trims a header's values and folds their inner white space.
func canonicalHeader(r *http.Request, name string) string {
	switch {
	case name == "host":
		return r.Host
	case name == "content-length" && r.Header.Get(name) == "":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(values, ",")
}
