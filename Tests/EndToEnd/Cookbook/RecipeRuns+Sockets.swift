// How the recipes about sockets that exist, about certificates and about names are run, and what is seen then.

extension RecipeRuns {
    static let findingOutWhoListens = [
        CookbookRun(
            "Which programs listen, and who has port 8080?",
            """
            sockctl listen -4 -k --discard 8080 2> log &
            sockctl udp recv 127.0.0.1:53 2> log > /dev/null &
            listens 8080 53
            line 1 | grep -o '127.0.0.1:[^ ]*\\|sockctl' | xargs
            line 2 | grep -o '127.0.0.1:[^ ]*' | sort | xargs
            line 3 | grep -o '127.0.0.1:8080'
            stop 8080
            line 3 2> errors || echo $?
            """,
            "127.0.0.1:8080 sockctl\n127.0.0.1:53 127.0.0.1:8080\n127.0.0.1:8080\n1\n"),
        CookbookRun(
            "Which programs are connected to port 443 of any host?",
            """
            sockctl listen -4 -k --discard 443 2> log &
            listens 443
            for i in 1 2; do nc 127.0.0.1 443 < <(sleep 1000) & done
            until test "$(ss -Htn state established dport = :443 | wc -l)" = 2; do sleep 0.02; done
            line 1 | xargs
            """,
            "2 nc\n"),
        CookbookRun(
            "Who captures packets?",
            """
            python3 -c 'import socket, time
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300)
            print("there", flush=True)
            time.sleep(1000)' > capture &
            seen there capture
            line 1 | grep -o python3
            """,
            "python3\n"),
        CookbookRun(
            "Who listens in each container, and what does the network look like from in there?",
            """
            ip netns add blue && ip -n blue link set lo up && ip -n blue addr add 10.0.0.2/32 dev lo
            on blue sockctl listen -k --discard 10.0.0.2:80 2> log &
            until on blue ss -Htln | grep -q :80; do sleep 0.02; done
            pid=$(ip netns pids blue | head -n 1)
            pidof() { echo $pid; }
            line 1 | grep -o '10.0.0.2:[^ ]*'
            line 2 | tail -n +2 | tr -s ' ' | cut -d ' ' -f 1-2
            line 3 | tr -s ' '
            """,
            """
            10.0.0.2:80
            10.0.0.2:22 refused
            10.0.0.2:443 refused
            10.0.0.2:80 open
            db.internal 127.0.0.1 loopback

            """),
        CookbookRun(
            "How many sockets are there, and what is worth a look?",
            """
            python3 -c 'import socket, time
            s = socket.create_server(("127.0.0.1", 9000), backlog=0)
            a = socket.create_connection(("127.0.0.1", 9000))
            print("there", flush=True)
            time.sleep(1000)' > crowd &
            seen there crowd
            line 1 | grep -io 'accept queue' | head -n 1
            line 2 | grep -io 'accept queue' | head -n 1
            """,
            "accept queue\naccept queue\n"),
        CookbookRun(
            "What matters of a connection that bash has opened, or of the sockets of any process",
            """
            sockctl listen -k --discard 22 2> log &
            listens 22
            line 1
            line 2 | grep -o '127.0.0.1:22' | head -n 1
            line 3 | grep -o '127.0.0.1:22' | head -n 1
            line 4
            { : >&3; } 2> errors || echo closed
            """,
            "127.0.0.1:22\n127.0.0.1:22\nclosed\n"),
        CookbookRun(
            "What has a stuck program received, and not read?",
            """
            sockctl listen -k 22 --shell 'printf SSH-2.0-Test; cat' 2> log &
            listens 22
            line 1
            # What waits in the receive queue is the second column.
            until ss -Htn dport = :22 | grep -q 'ESTAB *12'; do sleep 0.02; done
            line 2 && echo
            head -c 12 <&3 && echo
            line 3
            { : >&3; } 2> errors || echo closed
            """,
            "SSH-2.0-Test\nSSH-2.0-Test\nclosed\n"),
        CookbookRun(
            "Turn on keepalive for a server that is already running",
            """
            sockctl listen -4 -k --discard 9000 2> log &
            listens 9000
            line 1
            line 2 > set
            line 3
            nc 127.0.0.1 9000 < <(exec sleep 1000) &
            until ss -Htno sport = :9000 | grep -q ESTAB; do sleep 0.02; done
            ss -Htno sport = :9000 | grep -o 'timer:(keepalive'
            """,
            "1\ntimer:(keepalive\n"),
        CookbookRun(
            "Close the connections to one port, whoever has them",
            """
            sockctl listen -4 -k --discard 8443 2> log &
            listens 8443
            nc 127.0.0.1 8443 < <(sleep 1000) &
            until ss -Htn dport = :8443 | grep -q ESTAB; do sleep 0.02; done
            line 1 | grep -c 8443
            ss -Htn state established dport = :8443 | wc -l
            line 2 > closed
            ss -Htn state established dport = :8443 | wc -l
            ss -Htln sport = :8443 | wc -l
            """,
            "2\n1\n0\n1\n"),
        CookbookRun(
            "How large are the buffers by default, and what does 64k become?",
            """
            test "$(line 1)" = "$(cut -f 2 /proc/sys/net/ipv4/tcp_[rw]mem | sed '1s/^/SO_RCVBUF=/; 2s/^/SO_SNDBUF=/')"
            line 2
            line 3 | grep -o 'SO_RCVBUF ' | head -n 1
            """,
            "131072\nSO_RCVBUF \n"),
        CookbookRun(
            "From which address would this machine send there?",
            """
            ip addr add 192.0.2.7/24 dev lo
            line 1 | cut -d : -f 1
            """,
            "192.0.2.7\n"),
    ]

    static let lookingAtACertificate = [
        CookbookRun(
            "What certificate does this server have, and for how long?",
            """
            certificate
            for port in 443 993; do sockctl listen -k --tls --cert server.pem --discard $port 2> log & done
            listens 443 993
            line 1 | grep -o 'CN = example.com\\|verified' | uniq
            line 2 | grep -c ' open'
            sed -i s/14/300/ lines/2
            line 2 | tail -n 1
            """,
            "CN = example.com\nverified\n2\nrenew it\n"),
        CookbookRun(
            "And that of a mail server, which asks for TLS in its own words?",
            #"""
            certificate
            python3 -c 'import socket, ssl
            s = socket.create_server(("127.0.0.1", 25))
            c = s.accept()[0]
            f = c.makefile("rw", newline="")
            say = lambda text: (f.write(text), f.flush())
            say("220 me\r\n"); f.readline(); say("250-me\r\n250 STARTTLS\r\n"); f.readline(); say("220 go\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("server.pem")
            context.wrap_socket(c, server_side=True).unwrap()' &
            listens 25
            line 1 2>&1 | grep -o 'certificate of CN = example.com\|verified'
            """#,
            "certificate of CN = example.com\nverified\n"),
        CookbookRun(
            "An HTTPS server, and the same by hand",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --frame http --reply hello 443 > requests 2> log &
            listens 443
            line 1 | tail -n 1 && echo
            line 2 | tail -n 1 && echo
            """,
            "hello\nhello\n"),
        CookbookRun(
            "A client that knows no TLS, and a server that knows nothing else",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --echo 443 2> log &
            serve 1 8080
            listens 443
            sockctl send 8080 hello
            """,
            "hello"),
        CookbookRun(
            "TLS in front of a plain server",
            """
            certificate
            sockctl listen -k --echo 80 2> log &
            serve 1 8443
            listens 80
            sockctl send --tls localhost:8443 hello
            """,
            "hello"),
        CookbookRun(
            "Only clients with a certificate",
            """
            certificate
            cp server.crt ca.pem
            cp server.pem me.pem
            unset SSL_CERT_FILE
            serve 1 9000
            echo hello | line 2
            sed -i 's/--cert me.pem//' lines/2
            echo hello | line 2 2> errors || echo $?
            """,
            "hello\n12\n"),
    ]

    static let lookingUpNames = [
        CookbookRun(
            "The addresses of a name, and the name of an address",
            """
            line 1 | tr -s ' ' | head -n 2
            line 2
            """,
            #"""
            localhost 127.0.0.1 loopback
            127.0.0.1 localhost loopback
            {"family":"inet","host":"127.0.0.1","port":80,"hex":"7f000001","octets":[127,0,0,1],"number":2130706433,"class":"loopback","block":"127.0.0.0/8","rfc":1122}

            """#),
        CookbookRun(
            "What kind of address is this?",
            "line 1 | tr -s ' '",
            """
            100.64.0.1 100.64.0.1 CGNAT (100.64.0.0/10, RFC 6598)
            169.254.1.1 169.254.1.1 link-local (169.254.0.0/16, RFC 3927)
            ff02::1 ff02::1 multicast (ff00::/8, RFC 4291)

            """),
        CookbookRun(
            "In a script",
            """
            # getent(1) leaves out IPv4 where a host has no address of it but loopback.
            ip addr add 192.0.2.7/24 dev lo
            line 1
            echo $port
            line 2
            """,
            "80\n7f000001\n"),
        CookbookRun(
            "Which source of names answers, how fast, and why this address first?",
            """
            echo 'hosts: files dns' > nsswitch && mount --bind nsswitch /etc/nsswitch.conf
            line 1 | grep 'from  ' | cut -d , -f 1 | tr -s ' '
            line 2
            """,
            """
             from files
            files: libc takes this answer (SUCCESS=return)
            dns: libc does not ask it: files ended the search (SUCCESS=return)

            """),
    ]

    static let goingThroughAProxy = [
        CookbookRun(
            "To a host that only a proxy reaches",
            """
            sockctl listen -k --reply 'the database' 5432 2> log &
            proxy 1080
            listens 5432
            line 1 2> errors < /dev/null && echo
            grep -o 'connected to db.internal:5432 via socks5://localhost:1080' errors
            """,
            "the database\nconnected to db.internal:5432 via socks5://localhost:1080\n"),
        CookbookRun(
            "For a client that knows neither TLS nor the proxy",
            """
            certificate
            proxy 3128
            sockctl listen -k --tls --cert server.pem --echo 443 2> log &
            serve 1 8080
            listens 443
            sockctl send 8080 hello
            """,
            "hello"),
    ]
}
