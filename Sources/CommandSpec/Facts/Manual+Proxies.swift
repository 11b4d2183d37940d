// What the manual says of proxies.

extension Manual {
    static let proxies = Section(
        title: "PROXIES",
        prose: [
            .text(
                """
                With `--via` a connection goes through a SOCKS5 proxy (RFC 1928), `socks5://HOST:PORT`, or a proxy of HTTP that does \
                CONNECT (RFC 9110), `http://HOST:PORT`. The proxy gets the host of the endpoint as it was typed and looks it up \
                itself; `localhost` is the host of the proxy then. `socks5h` means the same as `socks5`. TLS is spoken through the proxy with \
                the endpoint. All of that counts in `--timeout`. UDP, Unix sockets and `--check` do not go through a proxy.
                """),
            .text(
                """
                Some HTTP proxies, such as tinyproxy and `ncat`, take a half-close for the end of the connection, and the answer is \
                lost: `--no-half-close` leaves our side open.
                """),
            .text(
                """
                A user and a password are read from a file (`--via-auth`), from `SOCKCTL_PROXY_AUTH`, or from the URL, as \
                `socks5://USER:PASSWORD@HOST:PORT` with other characters percent-encoded; then every user of the host can see them in \
                the list of processes, and that is reported. To an HTTP proxy they go as Basic authentication, to a SOCKS5 proxy as RFC \
                1929 has it, to both without encryption. They are never shown, and what is said with a proxy is no payload: it is in no dump, no recording \
                and no count.
                """),
            .text(
                """
                If the proxy refuses, the exit status is that of what it reports: 4 for a connection refused, 5 for a time limit, 6 \
                for a host or network that cannot be reached (also 502 and 503 of HTTP), 9 if it does not allow the \
                connection or does not accept who asks, 7 if it closes the connection without an answer, 11 if it does not speak its protocol.
                """),
        ])
}
