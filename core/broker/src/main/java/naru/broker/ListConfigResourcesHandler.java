package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.metadata.Resource;
import naru.protocol.ErrorCode;
import naru.protocol.message.ListConfigResourcesRequest;
import naru.protocol.message.ListConfigResourcesResponse;
import naru.protocol.message.ListConfigResourcesResponse.ConfigResource;

/**
 * ListConfigResources (API key 74, KIP-1142): what can be configured. Topics and brokers are there by themselves;
 * groups and subscriptions are those that have a configuration.
 */
final class ListConfigResourcesHandler implements Handler<ListConfigResourcesRequest> {

    private static final List<Byte> TYPES = List.of(
            Resource.TOPIC, Resource.BROKER, Resource.BROKER_LOGGER, Resource.CLIENT_METRICS, Resource.GROUP);

    private final LaneBroker lane;

    ListConfigResourcesHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ListConfigResourcesRequest asked) {
        var types = new TreeSet<>(asked.resourceTypes());
        if (request.version() == 0) {
            types.add(Resource.CLIENT_METRICS);
        } else if (types.isEmpty()) {
            types.addAll(TYPES);
        }
        if (!TYPES.containsAll(types)) {
            request.answer(ListConfigResourcesResponse.builder()
                    .errorCode(ErrorCode.UNSUPPORTED_VERSION.code()).build());
            return;
        }
        var found = new ArrayList<ConfigResource>();
        types.forEach(type -> addAll(type, found));
        request.answer(ListConfigResourcesResponse.builder().configResources(found).build());
    }

    private void addAll(byte type, List<ConfigResource> found) {
        var cluster = lane.cluster();
        switch (type) {
            case Resource.TOPIC -> cluster.topics().forEach(topic -> found.add(new ConfigResource(topic.name(), type)));
            case Resource.BROKER, Resource.BROKER_LOGGER ->
                cluster.brokers().keySet().forEach(id -> found.add(new ConfigResource(Integer.toString(id), type)));
            default -> {
                for (var resource : cluster.configs().keySet()) {
                    if (resource.type() == type) {
                        found.add(new ConfigResource(resource.name(), type));
                    }
                }
            }
        }
    }
}
