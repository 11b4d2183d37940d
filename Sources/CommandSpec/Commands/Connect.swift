// The command `connect`.

extension CommandSpec {
    static let connect = CommandSpec(
        "connect",
        action: .run(.connect),
        summary: "connect and relay stdin and stdout",
        description: [
            .text(
                """
                Connects to ENDPOINT and relays: standard input goes to the peer, and what the peer sends goes \
                to standard output.
                """),
            .text(
                """
                Every address of HOST is tried, IPv6 and IPv4 raced as in RFC 8305. If none accepts, each \
                address is listed with its own error.
                """),
            .text(
                """
                The end of standard input half-closes the connection (`SHUT_WR`), and the command goes on \
                receiving. When the peer closes its sending side, standard output is closed; the session then ends if \
                standard input is a terminal, and otherwise when all of the input has been sent.
                """),
            .text(
                """
                With `--check` ports are only tested, many at the same time. PORT is then a list of ports, ranges \
                and services, as in `HOST:22,80,8000-8100` or `HOST 1-1024,https`, and several hosts may follow one \
                another. HOST may be a block of at most 4,096 addresses, `192.0.2.0/28:22`. A list that stands first and \
                alone is for localhost. Hosts take turns, so that one that is silent holds up no other. Each port is one \
                of these:
                """),
            .list([
                Prose.Item("open", "an address of the host accepted; for UDP, it answered"),
                Prose.Item("refused", "the host says that nothing listens there, or a firewall does"),
                Prose.Item("no-answer", "nothing came back in time; for UDP, it may be open nevertheless"),
                Prose.Item("unreachable", "there is no route to the host"),
                Prose.Item(
                    "tls", "it accepted; with `--tls`, the handshake failed, or the certificate is not valid"),
                Prose.Item(
                    "unexpected",
                    "it accepted; with `--expect` or `--expect-http`, what it said is not what was expected"),
                Prose.Item("failed", "it could not be tested; the error says why"),
            ]),
            .text(
                """
                On a terminal the table has the ports in the order in which they were given, and fills up as they are \
                decided; elsewhere each is written as soon as it is. If more than 20 ports of a \
                host have the same result, they are summed up in one line; open ports are always listed. `--verbose` \
                lists all, and each address of a name by itself. A port that accepts and closes at once is reported as such. The exit \
                status is 0 if all are open, and otherwise that of the first, in the order given, that is not.
                """),
        ] + scripts(then: "Then standard input goes to the peer as without a script.")
            + programs + explaining + verifiedTLS,
        operands: [Operands.connectTo, Operands.moreToCheck],
        options: [
            Options.check, Options.explain, Options.parallel, Options.checkUDP, Options.minDays, Options.any,
            Options.banner,
            Options.expectHTTP, Options.repeatCheck, Options.resolveEach,
            Options.maxLoss, Options.maxRTT, Options.histogram, Options.waitClosed,
            Options.expectOfConnect, Options.send, Options.expectTimeout,
            Options.file, Options.crlf, Options.connectTimeout, Options.wait,
            Options.noHalfClose, Options.sendOnly, Options.recvOnly, Options.exitOnEOF,
            Options.exec, Options.shell,
            Options.source, Options.sourcePort, Options.multipath,
        ] + Options.proxies + Options.commonOfConnect + Options.tlsClient,
        mostUsed: [
            Options.check, Options.wait, Options.timeout,
            Options.crlf, Options.hex, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .that(Options.maxMessage, needs: Options.frame),
            .atMostOne(of: Options.crlf, Options.frame),
            .atMostOne(of: Options.sendOnly, Options.recvOnly),
            .atMostOne(of: Options.recvOnly, Options.file),
            .atMostOne(of: Options.sendOnly, Options.output),
            .atMostOne(of: Options.exec, Options.shell),
            .none(
                of: Options.programs,
                with: [
                    Options.file, Options.output, Options.sendOnly, Options.recvOnly, Options.check,
                    Options.explain, Options.expect, Options.send,
                ]),
            .none(of: [Options.explain], with: [Options.udp]),
            .that(Operands.moreToCheck, needs: Options.check),
            .that(Options.parallel, needs: Options.check),
            .that(Options.udp, needs: Options.check),
            .that(Options.minDays, needs: Options.check),
            .that(Options.any, needs: Options.check),
            .that(Options.banner, needs: Options.check),
            .that(Options.expectTimeout, needs: Options.expect),
            .none(of: Options.script, with: [Options.recvOnly]),
            .none(of: [Options.expect], with: [Options.sendOnly]),
            .that(Options.expectHTTP, needs: Options.check),
            .that(Options.repeatCheck, needs: Options.check),
            .that(Options.waitClosed, needs: Options.check),
            .that(Options.resolveEach, needs: Options.repeatCheck),
            .that(Options.maxLoss, needs: Options.repeatCheck),
            .that(Options.maxRTT, needs: Options.repeatCheck),
            .that(Options.histogram, needs: Options.repeatCheck),
            .atMostOne(of: Options.expect, Options.expectHTTP),
            .atMostOne(of: Options.wait, Options.waitClosed, Options.repeatCheck),
            .atMostOne(of: Options.any, Options.repeatCheck),
            .none(of: [Options.udp], with: [Options.banner, Options.expect, Options.expectHTTP]),
            .none(
                of: [Options.waitClosed],
                with: [Options.udp, Options.banner, Options.expect, Options.expectHTTP]),
            .none(of: [Options.udp], with: Options.tlsClient),
            .none(
                of: [Options.explain],
                with: [
                    Options.check, Options.expect, Options.send, Options.wait, Options.file,
                    Options.output, Options.crlf,
                    Options.noHalfClose,
                    Options.sendOnly, Options.recvOnly, Options.exitOnEOF, Options.idleTimeout, Options.stats,
                    Options.interval, Options.frame, Options.hex, Options.record, Options.ignoreUnexpectedEOF,
                    Options.via, Options.viaAuth, Options.proxyProtocol,
                ]),
            .none(
                of: [Options.check],
                with: [
                    Options.send, Options.expectTimeout, Options.file, Options.output, Options.crlf,
                    Options.noHalfClose, Options.sendOnly,
                    Options.recvOnly, Options.exitOnEOF, Options.idleTimeout, Options.stats, Options.frame,
                    Options.hex, Options.record, Options.insecure, Options.ignoreUnexpectedEOF,
                    Options.startTLS, Options.via, Options.viaAuth, Options.proxyProtocol,
                ]),
        ] + Options.tlsRules + Options.proxyRules,
        standardOutput: StandardOutput(isFreeWith: [Options.output, Options.sendOnly] + Options.programs),
        examples: [
            Example("sockctl connect 9000", "talk to 'sockctl listen 9000'"),
            Example(
                #"""
                printf 'HEAD / HTTP/1.0\r\nHost: example.com\r\n\r\n' |
                    sockctl connect example.com 80
                """#,
                "an HTTP request by hand"),
            Example("sockctl connect --check localhost 22,80,8000-8100", "which of these ports are open"),
            Example(
                "sockctl connect --check --tls -v example.com:443",
                "the certificate, for how long, and what is wrong with it"),
            Example("sockctl connect --explain example.com 443", "why can it not be connected to?"),
            Example("sockctl connect -zq --wait 30s localhost 5432 && psql", "once the server is up"),
            Example(
                "sockctl connect --check --repeat 10 --interval 100ms --max-loss 0 localhost 22",
                "how long connecting takes, and whether it always works"),
            Example(
                #"sockctl connect --expect 'login: ' --send 'guest\r\n' localhost telnet"#,
                "log in, and go on by hand"),
            Example(
                "sockctl connect localhost 9000 --exec tr a-z A-Z", "answer a server with a program"),
            Example(
                "sockctl connect --via socks5://localhost:1080 example.com:22",
                "through a SOCKS5 proxy, such as 'ssh -D 1080'"),
            Example(
                "sockctl connect -v --recv-only --idle-timeout 5s localhost ssh",
                "show how a server greets"),
            Example(
                "sockctl connect --crlf --no-half-close localhost 25",
                "talk to a mail server by hand"),
            Example(
                "sockctl connect --check --any --banner 192.0.2.0/28:22",
                "which of these hosts have SSH, and what it says"),
            Example(
                "sockctl connect --check --wait 30s --expect-http 200:/health localhost 8080",
                "wait until a web server is healthy"),
            Example(
                "sockctl connect --check --wait-closed 10s localhost 8080",
                "wait until a server has stopped"),
            Example(
                "sockctl connect -z --repeat 100 --resolve-each --max-rtt 5ms --histogram h 80",
                "how long connecting takes, as a histogram"),
            Example(
                "sockctl connect --check --tls --min-days 14 example.com:443 || echo 'renew it'",
                "does the certificate last for two more weeks?"),
            Example(
                "sockctl connect --crlf --starttls smtp mail.example.com 587",
                "a mail server, with TLS from STARTTLS on"),
            Example(
                "sockctl connect --tls --tls-version 1.2 --ciphers AES128-SHA --alpn h2 h 443",
                "can this cipher be had?"),
            Example(
                "sockctl connect --tls --sni host --ca ca.pem --cert c.pem --key c.key 10.1:443",
                "one server of many, with a certificate of our own"),
            Example(
                "sockctl connect --via http://proxy:3128 --via-auth @proxy.txt example.com 22",
                "through an HTTP proxy that asks who we are"),
            Example(
                "sockctl connect --send-only --exit-on-eof localhost 514 < messages.log",
                "send a log, and end with it"),
            Example(
                "sockctl connect --mptcp -v host.example 9000",
                "Multipath TCP; says so if it is not"),
        ],
        seeAlso: ["sockctl-listen(1)", "sockctl-send(1)", "connect(2)", "shutdown(2)", "tcp(7)"]
    )
}
