// The answers of `resolve`, and the objects that they are made of.

extension ResultSpec {
    private static let function = FieldSpec(
        "function", .string, "What was asked: the function's name, or `resolve`.")
    private static let query = FieldSpec("query", .string, "For what it was asked, as it was given.")
    private static let aliases = FieldSpec("aliases", .array(of: "strings"), "Other names.")

    static let resolved = [
        ResultSpec(
            of: .resolve, .getHostByName, .getHostByAddress, meaning: "A host.",
            [
                function, query,
                FieldSpec(
                    "name", .string, "The canonical name; absent if it was not looked up.", optional: true),
                aliases,
                FieldSpec("addresses", .array(of: "host address objects"), "Its addresses."),
            ]),
        ResultSpec(
            of: .getAddressInfo, meaning: "The addresses of a host, in the order in which to try them.",
            [
                function, query,
                FieldSpec("name", .string, "The canonical name; with `AI_CANONNAME`.", optional: true),
                FieldSpec("answers", .array(of: "address answer objects"), "The list of `struct addrinfo`."),
            ]),
        ResultSpec(
            of: .getNameInfo, meaning: "The names of an address.",
            [
                function, query,
                FieldSpec("host", .string, "The name of the host, or its address."),
                FieldSpec("service", .string, "The service, if there was a port.", optional: true),
                FieldSpec("address", .object("address"), "The address that was asked about."),
            ]),
        ResultSpec(
            of: .getServiceByName, .getServiceByPort, meaning: "A service.",
            [
                function, query,
                FieldSpec("name", .string, "The official name."),
                aliases,
                FieldSpec("port", .integer, "The port."),
                FieldSpec("protocol", .string, "The protocol, such as `tcp`."),
            ]),
        ResultSpec(
            of: .getProtocolByName, meaning: "A protocol.",
            [
                function, query,
                FieldSpec("name", .string, "The official name."),
                aliases,
                FieldSpec("number", .integer, "The protocol's number."),
            ]),
        ResultSpec(
            of: .getHostName, meaning: "The name of this machine.",
            [function, FieldSpec("name", .string, "The name.")]),
        ResultSpec(
            of: .inetATON, .inetNTOA, .inetPTON, .inetNTOP, meaning: "An address.",
            [function, query, FieldSpec("address", .object("host address"), "The address in every form.")]),
    ]
}

extension ObjectSpec {
    static let resolved = [hostAddress, addressAnswer]

    private static let classFields = [
        FieldSpec("class", .string, "What it is, such as `loopback` or `private`; else `global`."),
        FieldSpec("block", .string, "The block that is set apart for that.", optional: true),
        FieldSpec("rfc", .integer, "The number of the RFC that set it apart.", optional: true),
    ]

    private static let hostAddress = ObjectSpec(
        "host address", "An address without a port, and what it is.",
        [
            FieldSpec("family", .oneOf(["inet", "inet6"]), "The address family."),
            FieldSpec("host", .string, "The address as text."),
            FieldSpec("scope", .string, "The interface of a scoped `inet6` address.", optional: true),
            FieldSpec("hex", .string, "The bytes in hexadecimal."),
            FieldSpec("bytes", .array(of: "integers"), "The bytes in decimal."),
            FieldSpec("number", .integer, "The address as one number; `inet`.", optional: true),
        ] + classFields)

    private static let addressAnswer = ObjectSpec(
        "address answer", "One `struct addrinfo`.",
        [
            FieldSpec("family", .string, "The address family, such as `AF_INET6`."),
            FieldSpec("type", .string, "The type of socket, such as `SOCK_STREAM`."),
            FieldSpec(
                "protocol", .string, "The protocol, such as `IPPROTO_TCP`; absent if any will do.",
                optional: true),
            FieldSpec("address", .object("address"), "The address."),
        ] + classFields)
}
