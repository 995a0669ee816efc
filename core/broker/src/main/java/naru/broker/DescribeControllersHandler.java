package naru.broker;

import java.util.ArrayList;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.DescribeClusterResponse;
import naru.protocol.message.DescribeClusterResponse.DescribeClusterBroker;

/** DescribeCluster (API key 60) on a controller's listener: the controllers, for tools that ask them directly (KIP-919). */
final class DescribeControllersHandler implements Handler<DescribeClusterRequest> {

    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final LaneBroker lane;

    DescribeControllersHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeClusterRequest asked) {
        if (asked.endpointType() != CONTROLLERS) {
            request.answer(DescribeClusterResponse.builder()
                    .errorCode((asked.endpointType() == BROKERS
                            ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE).code())
                    .errorMessage(asked.endpointType() == BROKERS
                            ? "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER"
                            : "Unsupported endpoint type " + asked.endpointType())
                    .build());
            return;
        }
        lane.broker().controllers(lane.number(), known -> {
            var nodes = new ArrayList<DescribeClusterBroker>();
            known.places().forEach((id, at) -> nodes.add(new DescribeClusterBroker(id, at.host(), at.port(), null, false)));
            request.answer(DescribeClusterResponse.builder()
                    .endpointType(CONTROLLERS)
                    .clusterId(lane.broker().clusterId())
                    .controllerId(known.active())
                    .brokers(nodes)
                    .clusterAuthorizedOperations(asked.includeClusterAuthorizedOperations()
                            ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED)
                    .build());
        });
    }
}
