package naru.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import naru.configuration.ConfigKey;
import naru.metadata.ConfigView;
import naru.metadata.Resource;
import naru.metadata.TopicNames;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import naru.protocol.message.DescribeConfigsResponse;
import naru.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import naru.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import naru.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;

/**
 * DescribeConfigs (API key 32): what every key is worth for a resource, where the value comes from, and what would
 * speak in its place (KIP-226).
 */
final class DescribeConfigsHandler implements Handler<DescribeConfigsRequest> {

    /** Kafka's clients take null for a sign of an old broker. */
    private static final String NOTHING_TO_SAY = "";

    /** One resource has hundreds of keys, and a request may name the same one again and again. */
    private static final int ENTRIES_PER_LISTED = 2;
    private static final String TOO_MUCH = "The answer is too long already: ask for fewer resources at once";

    private final LaneBroker lane;

    DescribeConfigsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeConfigsRequest asked) {
        var view = lane.configuration();
        var results = new ArrayList<DescribeConfigsResult>(asked.resources().size());
        long room = (long) ENTRIES_PER_LISTED * lane.limits().topicsPerRequestMax();
        for (var wanted : asked.resources()) {
            var result = room > 0 ? describe(view, asked, wanted) : refused(wanted, ErrorCode.INVALID_REQUEST, TOO_MUCH);
            room -= result.configs().size();
            results.add(result);
        }
        request.answer(DescribeConfigsResponse.builder().results(results).build());
    }

    private DescribeConfigsResult describe(
            ConfigView view, DescribeConfigsRequest asked, DescribeConfigsResource wanted) {
        String complaint = complaint(wanted);
        if (complaint != null) {
            return refused(wanted, ErrorCode.INVALID_REQUEST, complaint);
        }
        if (wanted.resourceType() == Resource.TOPIC) {
            String bad = TopicNames.complaint(wanted.resourceName());
            if (bad != null) {
                return refused(wanted, ErrorCode.INVALID_TOPIC_EXCEPTION, bad);
            }
            if (view.cluster().topic(wanted.resourceName()) == null) {
                return refused(wanted, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, NOTHING_TO_SAY);
            }
        }
        var resource = new Resource(wanted.resourceType(), wanted.resourceName());
        var entries = new ArrayList<DescribeConfigsResourceResult>();
        var keys = wanted.configurationKeys() == null ? null : new HashSet<>(wanted.configurationKeys());
        for (var value : values(view, resource)) {
            if (isWanted(value.key(), keys)) {
                entries.add(entry(resource, value, asked));
            }
        }
        return new DescribeConfigsResult(
                ErrorCode.NONE.code(), NOTHING_TO_SAY, wanted.resourceType(), wanted.resourceName(), entries);
    }

    /** To name no key is to ask for all. */
    private static boolean isWanted(ConfigKey key, Set<String> names) {
        return names == null || names.isEmpty() || names.contains(key.name());
    }

    /** Null when such a resource can be described. */
    private String complaint(DescribeConfigsResource wanted) {
        String name = wanted.resourceName();
        boolean unnamed = name == null || name.isEmpty();
        return switch (wanted.resourceType()) {
            case Resource.TOPIC -> null;
            case Resource.BROKER -> unnamed ? null : complaintAboutBroker(name, " or empty string,");
            case Resource.BROKER_LOGGER -> unnamed ? "Broker id must not be empty" : complaintAboutBroker(name, "");
            case Resource.CLIENT_METRICS -> unnamed ? "Client metrics subscription name must not be empty" : null;
            case Resource.GROUP -> unnamed ? "Group name must not be empty" : null;
            default -> "Unsupported resource type: UNKNOWN";
        };
    }

    private String complaintAboutBroker(String name, String orEmpty) {
        int own = lane.broker().nodeId();
        try {
            return Integer.parseInt(name) == own
                    ? null : "Unexpected broker id, expected " + own + orEmpty + " but received " + name;
        } catch (NumberFormatException notANumber) {
            return "Broker id must be an integer, but it is: " + name;
        }
    }

    private static List<ConfigView.Value> values(ConfigView view, Resource resource) {
        if (resource.type() == Resource.BROKER_LOGGER) {
            return List.of();
        }
        if (resource.equals(Resource.ALL_BROKERS)) {
            return view.all(resource).stream().filter(value -> !dynamicDefaults(value).isEmpty()).toList();
        }
        return view.all(resource);
    }

    private static List<ConfigView.Word> dynamicDefaults(ConfigView.Value value) {
        return value.words().stream().filter(word -> word.source() == ConfigView.Source.ALL_BROKERS).toList();
    }

    private static DescribeConfigsResourceResult entry(
            Resource resource, ConfigView.Value value, DescribeConfigsRequest asked) {
        var key = value.key();
        var words = resource.equals(Resource.ALL_BROKERS) ? dynamicDefaults(value) : value.told();
        var synonyms = new ArrayList<DescribeConfigsSynonym>();
        if (asked.includeSynonyms()) {
            for (var word : words) {
                synonyms.add(new DescribeConfigsSynonym(
                        word.name(), value.isSensitive() ? null : word.said(), word.source().id()));
            }
        }
        return new DescribeConfigsResourceResult(
                key.name(), value.shown(), isReadOnly(resource, key), value.source().id(), value.isSensitive(),
                synonyms, key.type().id(), asked.includeDocumentation() ? key.documentation() : null);
    }

    private static boolean isReadOnly(Resource resource, ConfigKey key) {
        return resource.type() == Resource.BROKER && key.scope() == ConfigKey.Scope.READ_ONLY;
    }

    private static DescribeConfigsResult refused(DescribeConfigsResource wanted, ErrorCode error, String why) {
        return new DescribeConfigsResult(
                error.code(), why, wanted.resourceType(), wanted.resourceName(), List.of());
    }
}
