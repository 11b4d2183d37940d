// The options that make an HTTP request.

extension Options {
    package static let http = Option(
        "http",
        .word(
            "an HTTP method, such as GET",
            .usual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"])), "METHOD",
        group: .payload,
        help: "send an HTTP request; ENDPOINT is its URL",
        manual: """
            Send an HTTP/1.1 request with METHOD instead of DATA, and end when the response is complete. ENDPOINT \
            is a URL such as `http://127.0.0.1:8080/path?query` or `https://example.com/`; without a scheme it is \
            `http`. The response is written as it came, or with \
            `--body` its body alone, and cut as with `--frame http`. Redirections are not followed, and the \
            status of the response is not the exit status.
            """)

    package static let unixSocket = Option(
        "unix-socket", .word("the path of a Unix socket", .unixSocket), "PATH", group: .payload,
        help: "with --http: over this Unix socket",
        manual: """
            With `--http`: send the request over the Unix socket PATH, or `@NAME` in the abstract namespace, instead of \
            to the host of the URL, which is only named in the request (Host) and, with `https`, to TLS. A URL that is \
            a path alone is one of `localhost`.
            """)

    package static let header = Option(
        "header", short: "H", .word("a header field, such as 'Accept: text/html'"), "'NAME: VALUE'",
        group: .payload, repeats: true,
        help: "a header field of the request (repeatable)",
        manual: """
            Add a header field to the request. It takes the place of the field of that name that would be there \
            anyway (Host, User-Agent, Accept, Content-Length, Connection). Without VALUE that field is left out; \
            with a semicolon instead of the colon it is sent without a value. May be given several times.
            """)

    package static let data = Option(
        "data", .dataOrFile, "DATA|@FILE", group: .payload,
        help: "the body of the request",
        manual: """
            The body of the request: DATA, or the contents of FILE. Its length is sent as Content-Length. FILE is \
            held in memory, at most \(Defaults.longestContents >> 20) MiB.
            """)

    package static let body = Option(
        flag: "body", group: .payload,
        help: "write only the body of the response",
        manual:
            "Write only the body of the response, without its transfer coding, instead of the whole message.")
}
