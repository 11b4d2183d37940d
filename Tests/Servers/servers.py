"""The servers of others, each started by the first row that asks for it and running to the end. In a network
namespace of our own every port is free; those below 32768 are nobody's source port either."""

import functools, os

from support import big, file, listens, path, run, start

NGINX, LINGERLESS, UPSTREAM = 8080, 8081, 8090
PAGE = b"".join(b"%d bottles of beer on the wall\n" % number for number in range(9999, 0, -1))
URL = f"http://127.0.0.1:{NGINX}"


@functools.cache
def nginx():
    big()
    file("www/page", PAGE)
    os.makedirs(path("up"))
    temporary = "".join(
        f"{name}_temp_path {path(name)};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = f"""
        user root root; daemon off; master_process off; worker_processes 1; pid {path("nginx.pid")};
        error_log stderr; events {{ worker_connections 128; }}
        http {{
            access_log off; {temporary} root {path("www")}; default_type text/plain; lingering_time 5s;
            if_modified_since before;
            gzip_types *; gzip_min_length 1;
            upstream sockctl {{ server 127.0.0.1:{UPSTREAM}; keepalive 2; }}
            server {{
                listen 127.0.0.1:{NGINX} backlog=77 rcvbuf=65536 so_keepalive=600:10:3;
                listen [::1]:{NGINX}; listen unix:{path("nginx.sock")};
                location /packed/ {{ gzip on; alias {path("www")}/; }}
                location /echo {{ return 200 "$request_method $http_x_one $content_length"; }}
                location /away {{ return 302 /page; }}
                location /nothing {{ return 204; }}
                location /closed {{ return 444; }}
                location /up/ {{ root {path("")}; dav_methods PUT DELETE; client_max_body_size 100m; }}
                location /small/ {{ root {path("")}; dav_methods PUT; client_max_body_size 64k; }}
                location /sockctl/ {{
                    proxy_pass http://sockctl; proxy_http_version 1.1; proxy_set_header Connection "";
                    proxy_request_buffering off; client_max_body_size 100m;
                }}
            }}
            server {{ listen 127.0.0.1:{LINGERLESS}; lingering_close off; client_max_body_size 64k; }}
        }}
        """
    words = ["nginx", "-p", path(""), "-e", "stderr", "-c", file("nginx.conf", configuration)]
    return listens(NGINX, start(*words, lasts=True))


TCP, ECHO, HTTP, ABORT, DEAD, CHECKED = 8101, 8102, 8103, 8104, 8105, 8106
ECHO_SERVER, SLOW_SERVER, CHECKED_SERVER = 8112, 8114, 8116


@functools.cache
def haproxy():
    nginx()
    configuration = f"""
        global
            stats socket {path("haproxy.sock")} mode 600 level admin
        defaults
            timeout connect 5s
            timeout client 30s
            timeout server 30s
            mode http
            retries 0
        listen tcp
            bind 127.0.0.1:{TCP}
            bind ::1:{TCP}
            mode tcp
            server nginx 127.0.0.1:{NGINX}
        listen echo
            bind 127.0.0.1:{ECHO}
            mode tcp
            server sockctl 127.0.0.1:{ECHO_SERVER}
        listen http
            bind 127.0.0.1:{HTTP}
            http-request add-header X-One haproxy
            server nginx 127.0.0.1:{NGINX}
        listen abort
            bind 127.0.0.1:{ABORT}
            option abortonclose
            server slow 127.0.0.1:{SLOW_SERVER}
        listen dead
            bind 127.0.0.1:{DEAD}
            server nobody 127.0.0.1:1
        listen checked
            bind 127.0.0.1:{CHECKED}
            option httpchk
            http-check send meth GET uri /health ver HTTP/1.1 hdr Host test
            server sockctl 127.0.0.1:{CHECKED_SERVER} check inter 100ms rise 2 fall 2
        """
    process = start("haproxy", "-db", "-f", file("haproxy.cfg", configuration + "\n"), lasts=True)
    return listens(CHECKED, process)


REDIS, MEMCACHED = 6379, 11211


@functools.cache
def redis():
    words = ["redis-server", "--port", REDIS, "--bind", "127.0.0.1", "::1", "--unixsocket", path("redis.sock")]
    words += ["--save", "", "--dir", path(""), "--daemonize", "no", "--tcp-keepalive", 321]
    return listens(path("redis.sock"), listens(REDIS, start(*words, lasts=True)))


@functools.cache
def memcached():
    words = ["memcached", "-l", "127.0.0.1", "-p", MEMCACHED, "-U", MEMCACHED, "-u", "root", "-m", 64]
    return listens(MEMCACHED, start(*words, lasts=True))


POSTGRES = 5432


@functools.cache
def postgres():
    # It refuses to be run by root, which we are here: in a namespace within ours we are somebody else.
    somebody = ["unshare", "-U", "--map-user=65534", "--map-group=65534", "setpriv", "--pdeathsig", "KILL"]
    words = ["initdb", "-D", path("postgres"), "-U", "test", "-A", "trust", "-N", "--locale=C", "-E", "UTF8"]
    run(*somebody, *words)
    words = ["postgres", "-D", path("postgres"), "-h", "127.0.0.1", "-p", POSTGRES, "-k", "", "-F"]
    return listens(POSTGRES, start(*somebody, *words, lasts=True))


RESOLVER = "127.0.0.53"


@functools.cache
def dnsmasq():
    words = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file="]
    words += ["--bind-interfaces", f"--listen-address={RESOLVER}"]
    words += ["--local=/test/", "--host-record=both.test,192.0.2.4,2001:db8::4", "--cname=alias.test,both.test"]
    words += ["--host-record=four.test,192.0.2.5"]
    words += ["--address=/web.test/127.0.0.1", "--ptr-record=9.2.0.192.in-addr.arpa,nine.test"]
    words += [f"--txt-record=long.test,{','.join(f'{number}' * 60 for number in range(10, 40))}"]
    return listens(53, start(*words, lasts=True))
