// HTTP with the programs that speak it: curl and Python's http.client ask, Python's http.server and nginx answer.

import Foundation
import Glibc
import Testing

@Suite("HTTP with curl, Python and nginx")
struct HTTPTests {
    private func server(_ scene: Scene, _ options: String...) throws -> (Program, String) {
        let program = try scene.run(
            .sockctl, ["listen", "-k", "--json", "--frame", "http", "127.0.0.1:0"] + options)
        return (program, "http://\(try program.output.listeningPlace())")
    }

    /// The requests that were shown, as soon as there are so many.
    private func requests(_ program: Program, _ count: Int) throws -> [Event] {
        var events: [Event] = []
        #expect(
            program.output.wait { data, _ in
                let lines = String(decoding: data, as: UTF8.self).split(
                    separator: "\n", omittingEmptySubsequences: false
                ).dropLast()
                events = lines.compactMap { try? Event(String($0)) }.filter { $0.name == "message" }
                return events.count >= count
            }, "\(program)")
        return events
    }

    private func headers(_ event: Event) -> [String: String] {
        let fields: [[String: Any]] = event["http.headers"] ?? []
        return Dictionary(
            fields.compactMap { field in
                (field["name"] as? String).map { ($0.lowercased(), field["value"] as? String ?? "") }
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test("curl: what it asks is shown exactly, and it is answered; the connection is used again")
    func curl() throws {
        try scene { scene in
            let (program, url) = try server(scene, "--reply", "hello")
            let curl = try scene.run(
                .curl,
                [
                    "-sS", "-w", "%{num_connects} ", "-H", "X-Twice: 1", "-H", "X-Twice: 2", "\(url)/a?b=c",
                    "\(url)/d",
                ])
            try scene.expectSuccess(curl)
            #expect(curl.output.text == "hello1 hello0 ")
            let events = try requests(program, 2)
            #expect(events.map { $0["http.target"] ?? "" } == ["/a?b=c", "/d"])
            #expect(events[0]["http.method"] == "GET" && events[0]["http.version"] == "1.1")
            let fields: [[String: Any]] = events[0]["http.headers"] ?? []
            #expect(
                fields.filter { $0["name"] as? String == "X-Twice" }.map { $0["value"] as? String } == [
                    "1", "2",
                ])
            program.signal(SIGTERM)
        }
    }

    @Test("curl: an upload that waits for 100 Continue, a form, chunks, HEAD, HTTP/1.0")
    func curlUploads() throws {
        try scene { scene in
            let (program, url) = try server(scene, "--reply", "taken")
            let payload = Payload.bytes(300_000)
            let file = try scene.file("upload", payload)
            func curl(_ arguments: String...) throws -> String {
                let program = try scene.run(.curl, ["-sS", "--max-time", "20"] + arguments)
                try scene.expectSuccess(program)
                return program.output.text
            }
            let start = Date()
            #expect(
                try curl("--expect100-timeout", "15", "-H", "Expect: 100-continue", "-T", file, "\(url)/put")
                    == "taken")
            // Without the 100 it would have waited for its own patience to end.
            #expect(Date().timeIntervalSince(start) < 10)
            #expect(try curl("-F", "file=@\(file)", "\(url)/form") == "taken")
            #expect(
                try curl("-H", "Transfer-Encoding: chunked", "--data-binary", "@\(file)", "\(url)/chunks")
                    == "taken")
            #expect(try curl("-I", "\(url)/head").contains("Content-Length: 5"))
            #expect(try curl("-0", "\(url)/old") == "taken")
            let events = try requests(program, 5)
            let bodies = events.map { event -> Data in
                let text = (event["http.body.text"] as String?).map { Data($0.utf8) }
                return text ?? (event["http.body.base64"] as String?).flatMap { Data(base64Encoded: $0) }
                    ?? Data()
            }
            scene.expect(bodies[0], is: payload, "PUT")
            #expect(
                bodies[1].range(of: payload) != nil
                    && headers(events[1])["content-type"]?.hasPrefix("multipart/form-data") == true)
            scene.expect(bodies[2], is: payload, "chunked")
            #expect(events[3]["http.method"] == "HEAD" && events[4]["http.version"] == "1.0")
            program.signal(SIGTERM)
        }
    }

    @Test("a reply from a file that is a response is sent as it is")
    func replyFile() throws {
        try scene { scene in
            let response = "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 3\r\nX-Pot: yes\r\n\r\ntea"
            let (program, url) = try server(
                scene, "--reply", "@\(try scene.file("reply", Data(response.utf8)))")
            let curl = try scene.run(.curl, ["-sSi", url])
            try scene.expectSuccess(curl)
            #expect(curl.output.text == response)
            program.signal(SIGTERM)
        }
    }

    @Test("a malformed request gets its status and ends that connection alone")
    func malformed() throws {
        try scene { scene in
            let (program, url) = try server(scene, "--reply", "hello")
            let port = UInt16(url.split(separator: ":").last ?? "") ?? 0
            let bad = try Peer(connectingTo: .inet(port))
            try bad.send(
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
            let answer = String(decoding: try bad.receiveToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("Connection: close"), "\(answer)")
            let error = try program.output.event("error")
            #expect(error["error.status"] == 11)
            let curl = try scene.run(.curl, ["-sS", url])
            try scene.expectSuccess(curl)
            #expect(curl.output.text == "hello")
            program.signal(SIGTERM)
        }
    }

    @Test("Python's http.client: one connection, several requests, one with a body in chunks")
    func python() throws {
        try scene { scene in
            let (program, url) = try server(scene, "--reply", "hello")
            let script = """
                import http.client, sys
                c = http.client.HTTPConnection(sys.argv[1], timeout=20)
                for method, body in [("GET", None), ("POST", b"x" * 70000), ("PUT", iter([b"one", b"two"])), ("HEAD", None), ("DELETE", None)]:
                    c.request(method, "/" + method, body, encode_chunked=not isinstance(body, (bytes, type(None))))
                    r = c.getresponse(); print(r.status, r.read().decode(), flush=True)
                """
            let client = try scene.run(.python3, ["-c", script, String(url.dropFirst(7))])
            try scene.expectSuccess(client)
            #expect(client.output.text == "200 hello\n200 hello\n200 hello\n200 \n200 hello\n")
            let events = try requests(program, 5)
            #expect(events.map { $0["http.method"] ?? "" } == ["GET", "POST", "PUT", "HEAD", "DELETE"])
            #expect(events[1]["http.body.size"] == 70000 && events[2]["http.body.text"] == "onetwo")
            #expect(Set(events.map { $0["connection"] ?? 0 }) == [1])
            program.signal(SIGTERM)
        }
    }

    // MARK: send --http

    private func send(_ scene: Scene, _ arguments: String...) throws -> Program {
        let program = try scene.run(.sockctl, ["send", "--http"] + arguments)
        _ = try program.exit()
        return program
    }

    @Test("Python's http.server: a page, only its body, HEAD, one that is not there")
    func pythonServer() throws {
        try scene { scene in
            let page = Payload.bytes(200_000)
            _ = try scene.file("page.bin", page)
            let server = try scene.run(
                .python3, ["-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", scene.directory])
            let url = "http://\(try server.foundListening(.inet(0)))"
            let whole = try send(scene, "GET", "\(url)/page.bin")
            try scene.expectSuccess(whole)
            #expect(whole.output.bytes.starts(with: Data("HTTP/1.0 200 OK\r\n".utf8)))
            scene.expect(whole.output.bytes.suffix(page.count), is: page)
            let body = try send(scene, "GET", "\(url)/page.bin", "--body", "-O", scene.path("copy"))
            try scene.expectSuccess(body)
            scene.expect(try scene.contents("copy"), is: page)
            let head = try send(scene, "HEAD", "\(url)/page.bin", "-j")
            try scene.expectSuccess(head)
            let message = try head.output.event("message")
            #expect(message["http.status"] == 200 && message["http.body.size"] == 0)
            #expect(headers(message)["content-length"] == "\(page.count)")
            let missing = try send(scene, "GET", "\(url)/none")
            try scene.expectSuccess(missing)
            #expect(missing.output.text.hasPrefix("HTTP/1.0 404 "))
        }
    }

    @Test("nginx: chunks, a connection that stays open, an upload, headers of one's own")
    func nginx() throws {
        try scene { scene in
            let port = try Listener().port
            let page = Payload.bytes(50_000)
            let configuration = """
                daemon off; master_process off; worker_processes 1; pid \(scene.path("pid")); error_log stderr;
                events { worker_connections 64; }
                http {
                    access_log off; client_body_temp_path \(scene.path("body")); proxy_temp_path \(scene.path("proxy"));
                    fastcgi_temp_path \(scene.path("f")); uwsgi_temp_path \(scene.path("u")); scgi_temp_path \(scene.path("s"));
                    gzip on; gzip_types *; gzip_min_length 1; default_type text/plain;
                    server {
                        listen 127.0.0.1:\(port);
                        location /page { root \(scene.directory); }
                        location /echo { return 200 "$request_method $http_x_one $content_length"; }
                    }
                }
                """
            _ = try scene.file("page", page)
            let server = try scene.run(
                .nginx, ["-p", scene.directory, "-c", try scene.file("nginx.conf", Data(configuration.utf8))])
            let place = try server.foundListening(.inet(0))
            let url = "http://\(place)"
            let plain = try send(scene, "GET", "\(url)/page", "--body")
            try scene.expectSuccess(plain)
            scene.expect(plain.output.bytes, is: page)
            // Compressed as it goes, its length is not known beforehand: it comes in chunks.
            let chunked = try send(
                scene, "GET", "\(url)/page", "-j", "-H", "Accept-Encoding: gzip", "-H",
                "Connection: keep-alive")
            try scene.expectSuccess(chunked)
            let message = try chunked.output.event("message")
            #expect(headers(message)["transfer-encoding"] == "chunked", "\(scene)")
            #expect((message["http.body.base64"] as String?)?.hasPrefix("H4sI") == true)
            let post = try send(
                scene, "POST", "\(url)/echo", "-H", "X-One: 1", "--data", "12345", "--body")
            try scene.expectSuccess(post)
            #expect(post.output.text == "POST 1 5")
            let upload = try send(scene, "PUT", "\(url)/page", "--data", "@\(scene.path("page"))")
            #expect(upload.output.text.hasPrefix("HTTP/1.1 405 "), "\(scene)")
        }
    }

    @Test("a server that says nothing: 7; one that breaks off in the middle: 11")
    func brokenServers() throws {
        try scene { scene in
            for (answer, status, words) in [
                ("", Int32(7), "without a response"),
                ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", 11, "cut off"),
                ("SSH-2.0-OpenSSH_9.2\r\n", 11, "RFC 9112"),
                ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 11, "a request, 'GET / HTTP/1.1', where a response"),
            ] {
                let listener = try Listener()
                let program = try scene.sockctl("send", "--http", "GET", "http://\(listener.place)/")
                let peer = try listener.accept()
                _ = try peer.receive(16)
                try peer.send(answer)
                peer.shutdown()
                try scene.expect(program, ends: .status(status))
                #expect(program.errors.text.contains(words), "\(scene)")
            }
        }
    }

    @Test(
        "only the body of the response: not what follows it, and what there is of one that breaks off",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcEXTRA", Int32(0), "abc"),
            ("HTTP/1.1 204 No Content\r\n\r\nEXTRA", 0, ""),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nEXTRA", 0, "abc"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nto the end", 0, "to the end"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", 11, "half"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nde", 11, "abcde"),
            ("HTTP/1.1 200 OK\r\nContent-Le", 11, ""),
            ("SSH-2.0-OpenSSH_9.2\r\n", 11, ""),
        ])
    func bodies(answer: String, status: Int32, body: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "--http", "GET", "http://\(listener.place)/", "--body")
            let peer = try listener.accept()
            _ = try peer.receive(16)
            try peer.send(answer)
            peer.shutdown()
            try scene.expect(program, ends: .status(status))
            #expect(program.output.text == body, "\(scene)")
        }
    }

    @Test("over a Unix socket, as Docker is asked: a path alone, or a URL whose host is only named")
    func unixSocket() throws {
        try scene { scene in
            let script = """
                import http.server, socketserver, sys
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        body = f"{self.path} of {self.headers['Host']}".encode()
                        self.send_response(200); self.send_header("Content-Length", len(body)); self.end_headers()
                        self.wfile.write(body)
                    def log_message(self, *_): pass
                server = socketserver.UnixStreamServer(sys.argv[1], Handler)
                print("ready", flush=True); server.serve_forever()
                """
            let path = scene.path("x.sock")
            let server = try scene.run(.python3, ["-c", script, path])
            #expect(server.output.wait(for: "ready"))
            for (url, body) in [
                ("/v1.43/info", "/v1.43/info of localhost"), ("http://docker:1/a?b", "/a?b of docker:1"),
                ("docker/c", "/c of docker"),
            ] {
                let program = try send(scene, "GET", url, "--unix-socket", path, "--body")
                try scene.expectSuccess(program)
                #expect(program.output.text == body, "\(scene)")
            }
            let gone = try send(scene, "GET", "/", "--unix-socket", scene.path("none"))
            #expect(try gone.exit() == .status(1) && gone.errors.text.contains("connect unix:"), "\(scene)")
        }
    }

    @Test("without a scheme it is http")
    func withoutScheme() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "--http", "GET", "\(listener.place)/a?b", "--body")
            let peer = try listener.accept()
            let start = "GET /a?b HTTP/1.1\r\nHost: \(listener.place)\r\n"
            #expect(try peer.receiveText(start.utf8.count) == start)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            try scene.expectSuccess(program)
            #expect(program.output.text == "ok", "\(scene)")
        }
    }

    @Test("what comes with 101 is not dropped")
    func switching() throws {
        try scene { scene in
            let listener = try Listener()
            let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nfirst words"
            let program = try scene.sockctl(
                "send", "--http", "GET", "http://\(listener.place)/", "-H", "Upgrade: x", "-H",
                "Connection: Upgrade")
            let peer = try listener.accept()
            _ = try peer.receive(16)
            try peer.send(answer)
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == answer, "\(scene)")
        }
    }

    @Test(
        "what is no URL, method or header: 2",
        arguments: [
            ["GET", "127.0.0.1", "80"], ["GET", "/path"], ["GET", "unix:/x"], ["GET", "wss://127.0.0.1/"],
            ["GE T", "http://127.0.0.1/"],
            ["GET", "http://127.0.0.1/", "-H", "no colon"],
            ["GET", "http://127.0.0.1/", "-H", "A: b\r\nC: d"],
            ["GET", "http://127.0.0.1/a b"], ["GET", "http://127.0.0.1/", "DATA"],
            ["GET", "http://user:pass@127.0.0.1/"], ["GET", "/", "--unix-socket", ""],
            ["GET", "/", "--unix-socket", String(repeating: "x", count: 108)],
        ])
    func usage(_ arguments: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["send", "--http"] + arguments)
            try scene.expect(program, ends: .status(2))
            #expect(!program.errors.text.contains("pass@"), "\(scene)")
        }
    }
}
