package naru.broker;

import java.util.ArrayList;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.DescribeClusterResponse;
import naru.protocol.message.DescribeClusterResponse.DescribeClusterBroker;

/** DescribeCluster (API key 60): the brokers, without the topics. */
final class DescribeClusterHandler implements Handler<DescribeClusterRequest> {

    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final LaneBroker lane;

    DescribeClusterHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeClusterRequest asked) {
        if (asked.endpointType() != BROKERS) {
            request.answer(DescribeClusterResponse.builder()
                    .errorCode((asked.endpointType() == CONTROLLERS
                            ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE).code())
                    .errorMessage(asked.endpointType() == CONTROLLERS
                            ? "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
                            : "Unsupported endpoint type " + asked.endpointType())
                    .build());
            return;
        }
        var brokers = new ArrayList<DescribeClusterBroker>();
        for (var node : Endpoints.of(lane.cluster(), request.listener(), asked.includeFencedBrokers())) {
            brokers.add(new DescribeClusterBroker(
                    node.id(), node.host(), node.port(), node.rack(), lane.cluster().brokers().get(node.id()).fenced()));
        }
        request.answer(DescribeClusterResponse.builder()
                .clusterId(lane.broker().clusterId())
                .controllerId(lane.broker().nodeId())
                .brokers(brokers)
                .clusterAuthorizedOperations(asked.includeClusterAuthorizedOperations()
                        ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED)
                .build());
    }
}
