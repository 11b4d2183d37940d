// Where lines of sockctl-cookbook(7) are run: a shell in a network of its own, in which every host of the page is this
// one, with the words that the scripts beside the lines are written in.

import Foundation
import Testing

/// A recipe or a pair by its name, what is done with its lines, and what that prints.
struct CookbookRun: CustomTestStringConvertible, Sendable {
    let name: String
    let script: String
    let prints: String

    init(_ name: String, _ script: String, _ prints: String) {
        self.name = name
        self.script = script
        self.prints = prints
    }

    var testDescription: String { name }

    /// Whether the script runs the line, in the foreground or not.
    func names(line number: Int) -> Bool {
        script.contains("line \(number)") || script.contains("serve \(number)")
    }

    /// Starts the script with these lines.
    func start(_ scene: Scene, _ lines: [String]) throws -> Program {
        try CookbookShell.run(scene, lines: lines, script)
    }

    func expectDone(_ program: Program, _ scene: Scene, _ lines: [String]) throws {
        #expect(try program.exit() == .status(0), "\(lines)\n\(scene)")
        #expect(program.output.text == prints, "\(lines)\n\(scene)")
    }
}

enum CookbookShell {
    /// Starts a script of bash, in which `line N` runs the N-th of the lines as it stands.
    static func run(_ scene: Scene, lines: [String], _ script: String) throws -> Program {
        let words = Set(
            (lines + [script]).flatMap { $0.split { !$0.isLetter && !$0.isNumber && $0 != "-" } }.map(
                String.init))
        for program in programs where words.contains(program) { try Need.program(program).require() }
        for (word, program) in behindWords where words.contains(word) { try Need.program(program).require() }
        if words.contains("--mptcp") { try Need.file("/proc/sys/net/mptcp/enabled").require() }
        let folder = scene.path("lines")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, line) in lines.enumerated() {
            try Data((line + "\n").utf8).write(to: URL(filePath: "\(folder)/\(index + 1)"))
        }
        let file = try scene.file("beside", Data((vocabulary + script + "\n").utf8))
        return try Network.run(scene, "exec bash -eu \(file)")
    }

    /// What lines and scripts use, and not every machine has.
    private static let programs = [
        "jq", "nc", "ncat", "socat", "curl", "openssl", "lsof", "python3", "tshark",
        "systemd-socket-activate",
    ]

    /// What words of the vocabulary need.
    private static let behindWords = [("certificate", "openssl"), ("proxy", "python3")]

    private static let vocabulary = #"""
        mount -t proc proc /proc
        # What the system installed comes first: a version manager's python3 is a slow script.
        mkdir bin && ln -s "$SOCKCTL" bin/sockctl && PATH=$PWD/bin:/usr/bin:/bin:$PATH
        hosts='localhost host.example example.com mail.example.com db.internal internal.example proxy.example'
        echo "127.0.0.1 $hosts" > hosts && mount --bind hosts /etc/hosts

        line() { . "lines/$1"; }
        # Everything is root's in here.
        sudo() { "$@"; }
        on() { local host=$1; shift; ip netns exec "$host" "$@"; }
        # What is waited for: a port at which someone listens, a Unix socket, a text in a file.
        listens() {
            local port
            for port; do until ss -Hltu "sport = :$port" | grep -q .; do sleep 0.02; done; done
        }
        there() { until ss -Hxl src "$1" | grep -q .; do sleep 0.02; done; }
        seen() { until grep -qa -e "$1" "$2" 2> /dev/null; do sleep 0.02; done; }
        # A line in the background, until it listens: LINE [PORT].
        serve() {
            line "$1" > "out.$1" 2> "err.$1" &
            [ -z "${2-}" ] || listens "$2"
        }
        # Ends who listens at a port, as Ctrl-C would.
        stop() { kill $(ss -Hltunp "sport = :$1" | grep -o 'pid=[0-9]*' | cut -d = -f 2 | sort -u); }
        photo() { head -c 300000 /dev/urandom > photo.jpg; }
        # server.pem, which is trusted, with its certificate alone in server.crt.
        certificate() {
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=example.com \
                -addext "subjectAltName=DNS:${hosts// /,DNS:}" -keyout server.key -out server.crt 2> certificate.log
            cat server.crt server.key > server.pem
            export SSL_CERT_FILE=$PWD/server.crt
        }
        # A proxy at a port, of SOCKS5 or of HTTP as it is asked, which knows every host as 127.0.0.1; for one connection.
        proxy() {
            python3 -c 'import socket, sys, threading
        client = socket.create_server(("127.0.0.1", int(sys.argv[1]))).accept()[0]
        request = client.recv(4096)
        if request[0] == 5:
            client.sendall(b"\5\0")
            port, answer = int.from_bytes(client.recv(300)[-2:], "big"), b"\5\0\0\1\x7f\0\0\1\0\0"
        else:
            port, answer = request.split()[1].split(b":")[1], b"HTTP/1.1 200 OK\r\n\r\n"
        server = socket.create_connection(("127.0.0.1", int(port)))
        client.sendall(answer)
        def relay(source, sink):
            while data := source.recv(4096): sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        threading.Thread(target=relay, args=(client, server)).start()
        relay(server, client)' "$1" &
            listens "$1"
        }

        """#
}
