// Package routers holds nothing itself. Each folder beside this file has an
// adapter from jwthttp to one router, meant to be copied and not imported: a
// service that copies fifteen lines depends on the router it has already, and
// on no module of ours for it.
//
//	chi    github.com/go-chi/chi/v5; any router that takes net/http middleware,
//	       which is what jwthttp's Guard.Middleware returns
//	gin    github.com/gin-gonic/gin
//	echo   github.com/labstack/echo/v5; for v4, echo.Context without the star
//	fiber  github.com/gofiber/fiber/v3, which is not on net/http
//
// All of them are used alike: a guard, and per route what it requires. Handlers
// find the claims with jwthttp.AccessClaims in the request's context.
package routers
