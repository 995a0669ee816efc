package naru.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
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
        var twice = Repeated.among(request.resources(), one -> new Resource(one.resourceType(), one.resourceName()));
        for (var asked : request.resources()) {
            var resource = new Resource(asked.resourceType(), asked.resourceName());
            short code = ErrorCode.NONE.code();
            String why = null;
            try {
                checkOnce(resource, twice);
                checkLogger(resource, asked.configs());
                records.addAll(changeOne(resource, asked.configs(), cluster));
            } catch (Refused refused) {
                code = refused.code();
                why = refused.getMessage();
            }
            results.add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                    code, why, resource.type(), resource.name()));
        }
        return decision(request.validateOnly(), records, new IncrementalAlterConfigsResponse(0, results), cluster);
    }

    /** The old way: what is not named is no longer set. */
    Decision replace(AlterConfigsRequest request, Cluster cluster) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<AlterConfigsResponse.AlterConfigsResourceResponse>();
        var twice = Repeated.among(request.resources(), one -> new Resource(one.resourceType(), one.resourceName()));
        for (var asked : request.resources()) {
            var resource = new Resource(asked.resourceType(), asked.resourceName());
            var steps = new ArrayList<AlterableConfig>();
            asked.configs().forEach(one -> steps.add(new AlterableConfig(one.name(), SET, one.value())));
            var named = new TreeSet<String>();
            steps.forEach(one -> named.add(one.name()));
            cluster.config(resource).keySet().stream().filter(name -> !named.contains(name))
                    .forEach(name -> steps.add(new AlterableConfig(name, DELETE, null)));
            short code = ErrorCode.NONE.code();
            String why = null;
            try {
                checkOnce(resource, twice);
                records.addAll(changeOne(resource, steps, cluster));
            } catch (Refused refused) {
                code = refused.code();
                why = refused.getMessage();
            }
            results.add(new AlterConfigsResponse.AlterConfigsResourceResponse(
                    code, why, resource.type(), resource.name()));
        }
        return decision(request.validateOnly(), records, new AlterConfigsResponse(0, results), cluster);
    }

    private Decision decision(boolean isRehearsal, List<Message> records, Message reply, Cluster cluster) {
        if (isRehearsal) {
            return Decision.nothing(reply);
        }
        var moved = EligibleReplicas.afterConfigs(records, cluster, settings);
        records.addAll(moved.records());
        return new Decision(records, reply, moved.notices());
    }

    private static void checkOnce(Resource resource, SortedSet<Resource> twice) throws Refused {
        if (twice.contains(resource)) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.");
        }
    }

    private List<Message> changeOne(Resource resource, List<AlterableConfig> steps, Cluster cluster) throws Refused {
        if (!Repeated.among(steps, AlterableConfig::name).isEmpty()) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys");
        }
        var nulls = steps.stream().filter(one -> one.configOperation() != DELETE && one.value() == null)
                .map(AlterableConfig::name).toList();
        if (!nulls.isEmpty()) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Null value not supported for : " + String.join(", ", nulls));
        }
        checkName(resource, cluster);
        var keys = ConfigView.keysOf(resource.type());
        var records = new ArrayList<Message>();
        for (var step : steps) {
            String value = valueAfter(resource, keys.get(step.name()), step, cluster);
            checkEligible(resource, step.name(), value, cluster);
            if (value != null) {
                checkValue(resource, keys, step.name(), value);
                checkScope(resource, keys.get(step.name()));
            }
            if (!java.util.Objects.equals(value, cluster.config(resource).get(step.name()))) {
                records.add(new ConfigRecord(resource.type(), resource.name(), step.name(), value));
            }
        }
        if (resource.type() == Resource.TOPIC) {
            if (cluster.topic(resource.name()) == null) {
                throw new Refused(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + resource.name() + "' does not exist.");
            }
            TopicConfigRules.check(resource.name(), new ConfigView(cluster.withAll(records), settings));
        } else if (resource.type() == Resource.GROUP) {
            GroupConfigRules.check(resource, new ConfigView(cluster.withAll(records), settings));
        }
        return records;
    }

    private void checkName(Resource resource, Cluster cluster) throws Refused {
        String name = resource.name();
        switch (resource.type()) {
            case Resource.TOPIC -> {
                String complaint = name.isEmpty() ? "Default topic resources are not allowed." : TopicNames.complaint(name);
                if (complaint != null) {
                    throw new Refused(
                            name.isEmpty() ? ErrorCode.INVALID_REQUEST : ErrorCode.INVALID_TOPIC_EXCEPTION, complaint);
                }
            }
            case Resource.BROKER -> checkBroker(name, cluster);
            case Resource.GROUP -> {
                if (name.isEmpty()) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, "Default group resources are not allowed.");
                }
            }
            case Resource.CLIENT_METRICS -> {
                if (name.isEmpty()) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, "Subscription name can't be empty");
                }
            }
            default -> throw new Refused(ErrorCode.INVALID_REQUEST, "Unknown resource type " + resource.type());
        }
    }

    /** The default of all brokers, or one that is registered. */
    private void checkBroker(String name, Cluster cluster) throws Refused {
        boolean isKnown = cluster.brokers().keySet().stream().anyMatch(id -> name.equals(Integer.toString(id)));
        if (name.isEmpty() || isKnown || name.equals(Integer.toString(settings.nodeId()))) {
            return;
        }
        throw new Refused(ErrorCode.INVALID_REQUEST, name.matches("-?[0-9]{1,9}")
                ? "Unexpected broker id, expected " + settings.nodeId() + ", but received " + name
                : "Node id must be an integer, but it is: " + name);
    }

    /** Null when the key is no longer set. */
    private String valueAfter(Resource resource, ConfigKey key, AlterableConfig step, Cluster cluster) throws Refused {
        return switch (step.configOperation()) {
            case SET -> step.value();
            case DELETE -> null;
            case APPEND, SUBTRACT -> {
                boolean append = step.configOperation() == APPEND;
                if (key == null || key.type() != ConfigType.LIST) {
                    throw new Refused(ErrorCode.INVALID_CONFIG, resource.type() == Resource.BROKER
                            ? "Config value " + (append ? "append" : "subtract") + " is not allowed for config key: " + step.name()
                            : "Can't " + (append ? "APPEND" : "SUBTRACT") + " to key " + step.name() + " because its type is not LIST.");
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

    /** Where eligible replicas are kept, all brokers must mean the same by the least number in sync. */
    private static void checkEligible(Resource resource, String name, String value, Cluster cluster) throws Refused {
        boolean isMeant = resource.type() == Resource.BROKER && name.equals("min.insync.replicas")
                && LeadershipRules.keepsEligible(cluster);
        if (isMeant && !resource.name().isEmpty()) {
            throw new Refused(ErrorCode.INVALID_CONFIG,
                    "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
        }
        if (isMeant && value == null) {
            throw new Refused(ErrorCode.INVALID_CONFIG,
                    "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
        }
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
                    "Cannot update these configs at default cluster level, broker id must be specified: [" + key.name() + "]");
        }
    }

    private static void checkValue(Resource resource, ConfigKeys keys, String name, String value) throws Refused {
        switch (resource.type()) {
            case Resource.CLIENT_METRICS -> SubscriptionRules.check(name, value);
            case Resource.GROUP -> check(keys, "group", name, value);
            case Resource.BROKER -> {
                // A broker may be told keys that only its plug-ins know; others may not.
                var key = keys.get(name) != null ? keys.get(name) : ConfigKeys.RATES.get(name);
                String complaint = key == null ? null : key.complaint(value);
                if (complaint != null) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, complaint);
                }
            }
            default -> check(keys, "topic", name, value);
        }
    }

    /** There are no loggers to turn up: a broker's log is set up by the file its operator gives it. */
    private void checkLogger(Resource resource, List<AlterableConfig> steps) throws Refused {
        if (resource.type() != Resource.BROKER_LOGGER) {
            return;
        }
        if (!resource.name().equals(Integer.toString(settings.nodeId()))) {
            throw new Refused(ErrorCode.INVALID_REQUEST,
                    "Unexpected node id. Expected " + settings.nodeId() + ", but received " + resource.name());
        }
        if (!steps.isEmpty()) {
            throw new Refused(ErrorCode.INVALID_CONFIG, "Logger " + steps.getFirst().name() + " does not exist!");
        }
    }

    static void check(ConfigKeys keys, String what, String name, String value) throws Refused {
        var key = keys.get(name);
        if (key == null) {
            throw new Refused(ErrorCode.INVALID_CONFIG, "Unknown " + what + " config name: " + name);
        }
        String complaint = key.complaint(value);
        if (complaint != null) {
            throw new Refused(ErrorCode.INVALID_CONFIG, complaint);
        }
    }
}
