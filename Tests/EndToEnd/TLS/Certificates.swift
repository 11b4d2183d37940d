// The certificates of the tests: authorities, good and bad, and whoever they vouch for. They are made once for the
// process by one shell script of openssl(1) calls, in a directory that is gone at the end. `openssl ca` takes fixed
// dates in every version; `openssl x509` only since 3.4.

import Foundation
import Glibc

/// One certificate; the file is NAME.pem, and of a key NAME.key.
struct Certificate: Sendable {
    let name: String
    var subject = "/CN=good.test"
    var names: String? = "DNS:good.test"
    /// Who signs it: a certificate's name; its own signs itself.
    var issuer = "intermediate"
    var from = Certificate.past
    var to = Certificate.future
    var key = "leaf"
    var digest = "sha256"
    var purpose: String? = "serverAuth"
    /// The constraints, and what else there is, as in x509v3_config(5).
    var extensions = ["basicConstraints=critical,CA:FALSE"]

    static let past = "20240101000000Z"
    static let future = "20440101000000Z"
    static let longAgo = "20100101000000Z"
    static let notLongAgo = "20240601000000Z"
    static let late = "20430101000000Z"

    static func authority(
        _ name: String, by issuer: String? = nil, from: String = past, to: String = future,
        digest: String = "sha256", constraints: String = "critical,CA:TRUE",
        usage: String? = "critical,keyCertSign,cRLSign", _ extensions: String...
    ) -> Certificate {
        Certificate(
            name: name, subject: "/O=Tests of sockctl/CN=\(name) of the tests", names: nil,
            issuer: issuer ?? name, from: from, to: to, key: name, digest: digest, purpose: nil,
            extensions: ["basicConstraints=\(constraints)"]
                + (usage.map { ["keyUsage=\($0)"] } ?? []) + extensions)
    }
}

enum Certificates {
    /// In the order in which they can be made: who signs comes first.
    static let authorities: [Certificate] = [
        .authority("root"),
        .authority("other"),
        .authority("old", from: Certificate.longAgo, to: Certificate.notLongAgo),
        .authority("intermediate", by: "root"),
        .authority("stale", by: "root", from: Certificate.longAgo, to: Certificate.notLongAgo),
        .authority("short", by: "root", constraints: "critical,CA:TRUE,pathlen:0"),
        .authority("below", by: "short"),
        .authority("none", by: "root", constraints: "critical,CA:FALSE", usage: nil),
        .authority("unsigning", by: "root", usage: "critical,digitalSignature"),
        .authority(
            "constrained", by: "root",
            "nameConstraints=critical,permitted;DNS:good.test,excluded;DNS:bad.good.test"),
        .authority("sha1", by: "root", digest: "sha1"),
    ]

    /// What is for the tests of clients and servers, beside the rows of the table.
    static let peers = [
        Certificate(name: "server", names: "DNS:good.test,DNS:localhost,IP:127.0.0.1,IP:::1", key: "server"),
        Certificate(name: "second", subject: "/CN=second.test", names: "DNS:second.test", key: "second"),
        Certificate(
            name: "expired", names: "DNS:good.test,IP:127.0.0.1", from: Certificate.longAgo,
            to: Certificate.notLongAgo),
        Certificate(
            name: "client", subject: "/CN=the client", names: nil, key: "client", purpose: "clientAuth"),
        Certificate(
            name: "stranger", subject: "/CN=a stranger", names: nil, issuer: "other", key: "stranger",
            purpose: "clientAuth"),
        // What a terminal would take for a command, in a name that a peer chose.
        Certificate(name: "painted", subject: "/CN=\u{1b}[31mred\u{7}", names: "DNS:good.test,IP:127.0.0.1"),
    ]

    /// The directory, with all of them made.
    static func directory() throws -> String { try made.get() }

    /// The file of a certificate alone, such as an authority for `--ca`.
    static func file(_ name: String) throws -> String { "\(try directory())/\(name).pem" }

    /// The file of a certificate and the authorities that are sent with it.
    static func chain(_ name: String) throws -> String { "\(try directory())/\(name).chain" }

    static func key(_ name: String) throws -> String { "\(try directory())/\(name).key" }

    /// What `--pin` takes for this certificate: the digest of its public key.
    static func pin(_ name: String) throws -> String {
        let text = try String(contentsOfFile: "\(directory())/\(name).pin", encoding: .utf8)
        return "sha256//" + text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    nonisolated(unsafe) private static var path = ""

    private static let made = Result { () -> String in
        var template = Array("\(NSTemporaryDirectory())/sockctl-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected.call("mkdtemp") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        atexit { try? FileManager.default.removeItem(atPath: Certificates.path) }
        let program = try Program(
            "/bin/sh", ["-ec", script, "sh", try Tool.openssl.require()], environment: ["DB": "none"],
            directory: path)
        guard try program.exit() == .status(0) else { throw Unexpected("certificates: \(program)") }
        return path
    }
}

// MARK: how they are made

extension Certificates {
    private static let configuration = """
        [req]
        distinguished_name = any
        [ca]
        database = $ENV::DB
        new_certs_dir = new
        rand_serial = yes
        default_md = sha256
        policy = any
        unique_subject = no
        [any]
        organizationName = optional
        commonName = optional
        """

    /// All that there is, those that sign first.
    private static var all: [Certificate] { authorities + peers + ChainRow.all.map(\.certificate) }

    private static var script: String {
        let keys = Set(all.map(\.key)).sorted()
        return """
            openssl=$1
            umask 077
            mkdir new
            cat > ca.conf << 'END'
            \(configuration)
            END
            export OPENSSL_CONF=ca.conf
            request() {
                case $1 in
                weak) set -- "$1" rsa:1024 ;;
                *) set -- "$1" ec -pkeyopt ec_paramgen_curve:P-256 ;;
                esac
                name=$1; shift
                "$openssl" req -new -newkey "$@" -nodes -subj /CN=request -keyout "$name.key" -out "$name.csr" 2> "$name.log" ||
                    { cat "$name.log" >&2; exit 1; }
            }
            # NAME KEY FROM TO DIGEST SUBJECT, and how it is signed
            certificate() {
                name=$1 key=$2 from=$3 to=$4 digest=$5 subject=$6
                shift 6
                : > "$name.db"
                DB=$name.db "$openssl" ca -name ca -batch -notext -utf8 -in "$key.csr" -out "$name.pem" -subj "$subject" \\
                    -startdate "$from" -enddate "$to" -md "$digest" -extfile extensions -extensions "$name" "$@" 2> "$name.log" ||
                    { cat "$name.log" >&2; exit 1; }
            }
            cat > extensions << 'END'
            \(all.map(section).joined(separator: "\n"))
            END
            for key in \(keys.joined(separator: " ")); do request $key & jobs="${jobs-} $!"; done
            for job in $jobs; do wait $job; done
            \(all.map(call).joined(separator: "\n"))
            for name in server expired second; do
                "$openssl" x509 -in $name.pem -pubkey -noout | "$openssl" pkey -pubin -outform DER |
                    "$openssl" dgst -sha256 -binary | "$openssl" base64 > $name.pin
                cp \(peers[0].key).key peer.key
            done
            for name in \(peers.map(\.name).joined(separator: " ")); do cat $name.pem intermediate.pem > $name.chain; done
            \(ChainRow.all.map(\.chainCommand).joined(separator: "\n"))
            """
    }

    /// Its section of extensions.
    private static func section(_ certificate: Certificate) -> String {
        let lines =
            certificate.extensions + (certificate.names.map { ["subjectAltName=\($0)"] } ?? [])
            + (certificate.purpose.map { ["extendedKeyUsage=\($0)"] } ?? [])
        return "[\(certificate.name)]\n" + lines.joined(separator: "\n")
    }

    private static func call(_ certificate: Certificate) -> String {
        let signer =
            certificate.issuer == certificate.name
            ? "-selfsign -keyfile \(certificate.key).key"
            : "-keyfile \(certificate.issuer).key -cert \(certificate.issuer).pem"
        return [
            "certificate", certificate.name, certificate.key, certificate.from, certificate.to,
            certificate.digest, "'\(certificate.subject)'", signer,
        ].joined(separator: " ")
    }
}
