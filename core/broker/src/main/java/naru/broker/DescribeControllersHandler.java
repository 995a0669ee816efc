package naru.broker;

import java.util.ArrayList;
import naru.metadata.Features;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.DescribeClusterResponse;
import naru.protocol.message.DescribeClusterResponse.DescribeClusterBroker;

/**
 * DescribeCluster (API key 60) on a controller's listener: the controllers that have registered, for tools that ask them directly
 * (KIP-919). Who decides is not told before it has registered: nobody could be sent there.
 */
final class DescribeControllersHandler implements Handler<DescribeClusterRequest> {

    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;
    private static final int NOBODY = -1;

    private final LaneBroker lane;

    DescribeControllersHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeClusterRequest asked) {
        if (!Features.controllersRegister(lane.cluster())) {
            refuse(request, ErrorCode.UNSUPPORTED_VERSION,
                    "Direct-to-controller communication is not supported with the current MetadataVersion.");
        } else if (asked.endpointType() == BROKERS) {
            // The first version has no word for either.
            refuse(request, request.version() == 0 ? ErrorCode.INVALID_REQUEST : ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                    "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER");
        } else if (asked.endpointType() != CONTROLLERS) {
            refuse(request, ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, "Unsupported endpoint type " + asked.endpointType());
        } else {
            lane.broker().leader(lane.number(), leader -> describe(request, asked, leader));
        }
    }

    private static void refuse(Request request, ErrorCode why, String message) {
        request.answer(DescribeClusterResponse.builder().errorCode(why.code()).errorMessage(message).build());
    }

    private void describe(Request request, DescribeClusterRequest asked, int leader) {
        var nodes = new ArrayList<DescribeClusterBroker>();
        boolean isLeaderKnown = false;
        for (var controller : lane.cluster().controllers().values()) {
            var here = controller.endPoints().stream().filter(one -> one.name().equals(request.listener())).findFirst();
            if (here.isPresent()) {
                nodes.add(new DescribeClusterBroker(controller.controllerId(), here.get().host(), here.get().port(), null, false));
                isLeaderKnown |= controller.controllerId() == leader;
            }
        }
        request.answer(DescribeClusterResponse.builder()
                .endpointType(CONTROLLERS)
                .clusterId(lane.broker().clusterId())
                .controllerId(isLeaderKnown ? leader : NOBODY)
                .brokers(nodes)
                .clusterAuthorizedOperations(asked.includeClusterAuthorizedOperations()
                        ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED)
                .build());
    }
}
