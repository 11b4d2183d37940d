// Every shape of the JSON output, in the order of the manual. A new event is a file and a line here.

import Sockets

package enum ShapeCatalog {
    /// In the order in which a session has them.
    static let events: [ObjectSpec] = [
        Listening.shape.spec, Connected.shape.spec, Accepted.shape.spec, DataReport.shape.spec,
        MessageReport.shape.spec,
        EndOfFile.shape.spec, Closed.shape.spec, Starved.shape.spec, AcceptingAgain.shape.spec,
        Refused.shape.spec,
        FaultsInForce.shape.spec, Fault.shape.spec,
        DatagramReport.shape.spec, Dropped.shape.spec, DatagramSummary.shape.spec, Failed.shape.spec,
        CommandFailure.shape.spec,
    ]

    static let answers: [ObjectSpec] = [
        CheckResult.shape.spec, SocketDescription.shape.spec, DescriptorAnswer.shape.spec,
        SocketNameAnswer.shape.spec, OptionValuesAnswer.shape.spec, SocketOption.shape.spec,
        BroadcastAddress.shape.spec, HostAnswer.shape.spec, AddressInfoAnswer.shape.spec,
        NameInfoAnswer.shape.spec,
        ServiceAnswer.shape.spec, ProtocolAnswer.shape.spec, GetHostName.Answer.shape.spec,
        AddressAnswer.shape.spec,
    ]

    static let parts: [ObjectSpec] = [
        AddressReport.shape.spec, TrafficReport.shape.spec, ConnectTime.shape.spec, TCPAccount.shape.spec,
        HTTPReport.shape.spec, HTTPHeader.shape.spec, HTTPBody.shape.spec, RoundTripReport.shape.spec,
        Failure.shape.spec, Failure.Attempt.shape.spec, SocketOwner.shape.spec, SocketRecord.Timer.shape.spec,
        TCPReport.shape.spec, AddressInfoAnswer.Element.shape.spec,
    ]

    static var lines: [ObjectSpec] { events + answers }
}
