package naru.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import naru.configuration.BrokerSettings;
import naru.configuration.ConfigKey;
import naru.configuration.ConfigKeys;
import naru.configuration.ConfigType;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.AlterConfigsResponse;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.IncrementalAlterConfigsResponse;

/** Configurations change while the cluster runs. */
final class ConfigCommands {

    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    private final BrokerSettings settings;

    ConfigCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision change(IncrementalAlterConfigsRequest request, Cluster cluster) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var asked : request.resources()) {
            var resource = new Resource(asked.resourceType(), asked.resourceName());
            short code = ErrorCode.NONE.code();
            String why = null;
            try {
                records.addAll(changeOne(resource, asked.configs(), cluster));
            } catch (Refused refused) {
                code = refused.code();
                why = refused.getMessage();
            }
            results.add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                    code, why, resource.type(), resource.name()));
        }
        return new Decision(
                request.validateOnly() ? List.of() : records, new IncrementalAlterConfigsResponse(0, results));
    }

    /** The old way: what is not named is no longer set. */
    Decision replace(AlterConfigsRequest request, Cluster cluster) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<AlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var asked : request.resources()) {
            var resource = new Resource(asked.resourceType(), asked.resourceName());
            var steps = new TreeMap<String, AlterableConfig>();
            cluster.config(resource).keySet().forEach(name -> steps.put(name, new AlterableConfig(name, DELETE, null)));
            asked.configs().forEach(one -> steps.put(one.name(), new AlterableConfig(one.name(), SET, one.value())));
            short code = ErrorCode.NONE.code();
            String why = null;
            try {
                records.addAll(changeOne(resource, List.copyOf(steps.values()), cluster));
            } catch (Refused refused) {
                code = refused.code();
                why = refused.getMessage();
            }
            results.add(new AlterConfigsResponse.AlterConfigsResourceResponse(
                    code, why, resource.type(), resource.name()));
        }
        return new Decision(request.validateOnly() ? List.of() : records, new AlterConfigsResponse(0, results));
    }

    private List<Message> changeOne(Resource resource, List<AlterableConfig> steps, Cluster cluster) throws Refused {
        checkResource(resource, cluster);
        var keys = ConfigView.keysOf(resource.type());
        var seen = new LinkedHashSet<String>();
        var records = new ArrayList<Message>();
        for (var step : steps) {
            if (!seen.add(step.name())) {
                throw new Refused(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys");
            }
            if (step.configOperation() != DELETE && step.value() == null) {
                throw new Refused(ErrorCode.INVALID_REQUEST, "Null value not supported for : " + step.name());
            }
            String value = valueAfter(resource, keys.get(step.name()), step, cluster);
            if (value != null) {
                check(keys, wordFor(resource.type()), step.name(), value);
                checkScope(resource, keys.get(step.name()));
            }
            if (!java.util.Objects.equals(value, cluster.config(resource).get(step.name()))) {
                records.add(new ConfigRecord(resource.type(), resource.name(), step.name(), value));
            }
        }
        return records;
    }

    private void checkResource(Resource resource, Cluster cluster) throws Refused {
        switch (resource.type()) {
            case Resource.TOPIC -> {
                if (cluster.topic(resource.name()) == null) {
                    throw new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                            "The topic '" + resource.name() + "' does not exist.");
                }
            }
            case Resource.BROKER -> {
                if (!resource.name().isEmpty() && !resource.name().matches("[0-9]{1,9}")) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, "Broker id must be an integer, but it is: " + resource.name());
                }
            }
            case Resource.GROUP, Resource.CLIENT_METRICS -> {
                if (resource.name().isEmpty()) {
                    throw new Refused(ErrorCode.INVALID_REQUEST,
                            resource.type() == Resource.GROUP ? "Default group resources are not allowed."
                                    : "Subscription name can't be empty");
                }
            }
            default -> throw new Refused(ErrorCode.INVALID_REQUEST, "Unknown resource type " + resource.type());
        }
    }

    /** Null when the key is no longer set. */
    private String valueAfter(Resource resource, ConfigKey key, AlterableConfig step, Cluster cluster) throws Refused {
        return switch (step.configOperation()) {
            case SET -> step.value();
            case DELETE -> null;
            case APPEND, SUBTRACT -> {
                boolean append = step.configOperation() == APPEND;
                if (key == null || key.type() != ConfigType.LIST) {
                    throw new Refused(ErrorCode.INVALID_CONFIG, "Can't " + (append ? "APPEND" : "SUBTRACT") + " to key "
                            + step.name() + " because its type is not LIST.");
                }
                String now = new ConfigView(cluster, settings).value(resource, key).text();
                var entries = new LinkedHashSet<>(ConfigKey.split(now == null ? "" : now));
                var named = ConfigKey.split(step.value());
                boolean _ = append ? entries.addAll(named) : entries.removeAll(named);
                yield String.join(",", entries);
            }
            default -> throw new Refused(ErrorCode.INVALID_REQUEST,
                    "Unknown operation type " + step.configOperation());
        };
    }

    private static void checkScope(Resource resource, ConfigKey key) throws Refused {
        if (resource.type() != Resource.BROKER || key == null) {
            return;
        }
        boolean forAll = resource.name().isEmpty();
        if (key.scope() == ConfigKey.Scope.READ_ONLY) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Cannot update these configs dynamically: [" + key.name() + "]");
        }
        if (forAll && key.scope() == ConfigKey.Scope.PER_BROKER) {
            throw new Refused(ErrorCode.INVALID_REQUEST,
                    "Cannot update per-broker configs at default config level: [" + key.name() + "]");
        }
    }

    private static String wordFor(byte type) {
        return switch (type) {
            case Resource.GROUP -> "group";
            case Resource.CLIENT_METRICS -> "client metrics";
            default -> "topic";
        };
    }

    /** A broker may be told keys that only its plug-ins know; others may not. */
    static void check(ConfigKeys keys, String what, String name, String value) throws Refused {
        var key = keys.get(name);
        if (key == null) {
            if (keys == ConfigKeys.BROKER) {
                return;
            }
            throw new Refused(ErrorCode.INVALID_CONFIG, "Unknown " + what + " config name: " + name);
        }
        String complaint = key.complaint(value);
        if (complaint != null) {
            throw new Refused(ErrorCode.INVALID_CONFIG, complaint);
        }
    }
}
