"""The same services for browsers and WebGL: gRPC-Web and Connect over HTTP/1.1, on a port of their own."""
