// The network in which connections fail for every reason there is: a client, a router and a server, hosts that lack
// something, and a program that holds ports in every way.

import Foundation

enum ExplainStage {
    /// Hosts a (10.1.0.1), r, the router between, and b (10.2.0.2). `n` has a route to nothing, `l` no loopback interface that
    /// is up, `p` one ephemeral port, `s` no IPv6.
    static let network = """
        mount -t proc proc /proc
        for h in a r b n l p s; do ip netns add $h; done
        ip link add eth0 netns a type veth peer name e1 netns r
        ip link add eth0 netns b type veth peer name e2 netns r
        ip link add eth1 netns a type veth peer name e3 netns r
        ip link add eth0 netns n type veth peer name e4 netns r
        for h in a r b n p s; do ip -n $h link set lo up; done
        for link in 'a eth0' 'a eth1' 'b eth0' 'r e1' 'r e2'; do set -- $link; ip -n $1 link set $2 up; done
        ip -n a addr add 10.1.0.1/24 brd + dev eth0; ip -n a addr add 10.7.0.1/32 dev lo
        ip -n a addr add 10.3.0.1/24 dev eth1
        ip -n r addr add 10.1.0.254/24 dev e1; ip -n r addr add 10.2.0.254/24 dev e2
        ip -n b addr add 10.2.0.2/24 dev eth0; ip -n b addr add 10.8.4.1/32 dev lo
        ip -n r route add 10.8.4.1 via 10.2.0.2
        ip -n n addr add 10.5.0.1/24 dev eth0
        ip -n a route add default via 10.1.0.254; ip -n b route add default via 10.2.0.254
        ip -n a route add 10.4.0.0/16 via 10.1.0.253
        ip -n a route add prohibit 10.8.1.0/24; ip -n a route add unreachable 10.8.2.0/24
        ip -n a route add blackhole 10.8.3.0/24; ip -n a route add 10.8.4.0/24 via 10.1.0.254 mtu 1300
        on r sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/icmp_ratemask'
        ip -n r route add prohibit 10.9.1.0/24; ip -n r route add unreachable 10.9.2.0/24
        ip -n r route add blackhole 10.9.3.0/24; ip -n r route add blackhole 10.9.5.0/24
        on p sh -c 'echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range'
        on s sh -c 'for i in all lo; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done'
        for host in 'a eth0 fd01::1' 'r e1 fd01::fe' 'r e2 fd02::fe' 'b eth0 fd02::2'; do
            set -- $host; ip -n $1 addr add $3/64 dev $2 nodad
        done
        ip -n a -6 route add default via fd01::fe; ip -n b -6 route add default via fd02::fe
        ip -n a -6 route add prohibit fd81::/16; ip -n a -6 route add unreachable fd82::/16
        ip -n a -6 route add blackhole fd83::/16; ip -n r -6 route add prohibit fd91::/16
        on r sh -c 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
        ip -n a rule add to 10.2.0.2 ipproto tcp dport 7099 prohibit
        printf '127.0.0.1 localhost\\n10.1.0.78 wrong\\n127.0.0.1 four\\nfd02::2 both\\n10.2.0.2 both\\n' > hosts
        printf 'hosts: files\\nservices: files\\n' > nsswitch; printf 'hosts: dns\\n' > dns
        printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' > resolv
        mount --bind hosts /etc/hosts; mount --bind nsswitch /etc/nsswitch.conf; mount --bind resolv /etc/resolv.conf
        mkdir closed && chmod 0 closed; ln -s nowhere dangling; : > file
        on a python3 holder.py a > holder.a & on b python3 holder.py b > holder.b &
        on r python3 holder.py r > holder.r & on p python3 holder.py p > holder.p &
        ready holder.a holder.b holder.r holder.p

        """

    /// Holds ports of a host in the ways that the rows need, until its standard input ends.
    static let holder = #"""
        import ctypes, os, socket as S, struct, sys, threading, time
        def listener(address, backlog=16, family=S.AF_INET):
            s = S.socket(family); s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 1)
            if family == S.AF_INET6: s.setsockopt(S.IPPROTO_IPV6, S.IPV6_V6ONLY, 1)
            s.bind(address)
            if backlog is not None: s.listen(backlog)
            return s
        # SO_ATTACH_FILTER: takes what is not longer than `most` bytes, its TCP header included.
        def take(s, most):
            code = [(0x80, 0, 0, 0), (0x25, 1, 0, most), (6, 0, 0, 0xffffffff), (6, 0, 0, 0)]
            program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
            s.setsockopt(S.SOL_SOCKET, 26, struct.pack("HL", len(code), ctypes.addressof(program)))
        def serve(s, greet):
            def run():
                while True:
                    c, _ = s.accept(); greet(c); keep.append(c)
            threading.Thread(target=run, daemon=True).start()
        def client(s, target):
            s.setblocking(False); s.connect_ex(target); keep.append(s)
        keep = []
        def unix(name, backlog, kind=S.SOCK_STREAM):
            s = S.socket(S.AF_UNIX, kind); s.bind(name)
            if backlog is not None: s.listen(backlog)
            keep.append(s); return s
        host = sys.argv[1]
        if host == "a":
            keep += [listener(("127.0.0.1", 7001)), listener(("::1", 7002), family=S.AF_INET6)]
            keep += [listener(("127.0.0.1", 7004), None)]
            keep += [full := listener(("127.0.0.1", 7005), 0)]
            for _ in range(2): client(S.socket(), full.getsockname())
            keep += [bound := listener(("0.0.0.0", 7006), None)]
            bound.setsockopt(S.SOL_SOCKET, 25, b"eth0"); bound.listen(5)
            keep += [deaf := listener(("127.0.0.1", 7008), None)]; take(deaf, 0); deaf.listen(5)
            keep += [hole := listener(("127.0.0.1", 7009), None)]; take(hole, 100); hole.listen(5)
            keep += [quiet := listener(("127.0.0.1", 7011))]
            held = S.socket(); held.bind(("127.0.0.1", 40001)); client(held, quiet.getsockname())
            serve(listener(("127.0.0.1", 7012)), lambda c: c.send(b"\x15\x03\x01\x00\x02\x02\x28"))
            serve(listener(("127.0.0.1", 7013)), lambda c: c.close())
            serve(listener(("127.0.0.1", 7014)), lambda c: c.send(b"SSH-2.0-test\r\n"))
            def reset(c): c.setsockopt(S.SOL_SOCKET, S.SO_LINGER, struct.pack("ii", 1, 0)); c.close()
            serve(listener(("127.0.0.1", 7015)), reset)
            unix("live", 8); unix("datagram", None, S.SOCK_DGRAM); unix("bound", None)
            c = S.socket(S.AF_UNIX); unix("full", 0); c.connect("full"); keep.append(c)
            S.socket(S.AF_UNIX).bind("stale")
            unix("locked", 8); os.chmod("locked", 0)
        if host == "b": keep += [listener(("127.0.0.1", 7003)), listener(("fd02::2", 7000), family=S.AF_INET6), listener(("0.0.0.0", 7000))]
        if host == "p":
            keep += [one := listener(("127.0.0.1", 7010))]
            c = S.socket(); c.connect(one.getsockname()); keep.append(c)
        if host == "r":
            # Answers what goes to 10.9.5.CODE with ICMP, destination unreachable, of that code.
            seen = S.socket(S.AF_PACKET, S.SOCK_DGRAM, S.htons(0x0800)); seen.bind(("e1", 0x0800))
            icmp = S.socket(S.AF_INET, S.SOCK_RAW, S.IPPROTO_ICMP)
            def checksum(data):
                total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
                while total >> 16: total = (total & 0xffff) + (total >> 16)
                return ~total & 0xffff
            def answer():
                while True:
                    packet = seen.recv(2048)
                    if packet[9] != 6 or packet[16:19] != bytes([10, 9, 5]): continue
                    # Not while connect(2) is still in the kernel: the attempt would go on.
                    time.sleep(0.02)
                    body = struct.pack("!BBHI", 3, packet[19], 0, 0) + packet[:28]
                    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
                    icmp.sendto(body, (S.inet_ntoa(packet[12:16]), 0))
            threading.Thread(target=answer, daemon=True).start()
        print("listening", flush=True)
        threading.Event().wait()
        """#
}
