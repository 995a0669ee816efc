package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.configuration.BrokerSettings;
import naru.configuration.ConfigKey;
import naru.configuration.ConfigKeys;

/** What every configuration key is worth for a resource, and where the value comes from. */
public record ConfigView(Cluster cluster, BrokerSettings settings) {

    /** Where a value was set; the numbers are DescribeConfigs'. */
    public enum Source {
        TOPIC(1),
        BROKER(2),
        ALL_BROKERS(3),
        FILE(4),
        DEFAULT(5),
        CLIENT_METRICS(7),
        GROUP(8);

        private final byte id;

        Source(int id) {
            this.id = (byte) id;
        }

        public byte id() {
            return id;
        }
    }

    /**
     * One place that speaks about a key.
     *
     * @param said what stands there
     * @param value what that is in the unit of the key
     */
    public record Word(String name, String said, String value, Source source) {}

    /**
     * A key, and all who speak about it, the one that counts first.
     *
     * @param told those of them that people are told about: Kafka leaves out who speaks for a relative alone, such as
     *     {@code log.retention.hours} where {@code log.retention.ms} is not set
     */
    public record Value(ConfigKey key, List<Word> words, List<Word> told) {

        public String text() {
            return words.isEmpty() ? key.defaultValue() : words.getFirst().value();
        }

        /** What the text means: a client's spaces are kept for those who ask, and count for nothing. */
        String meaning() {
            String text = text();
            return text == null ? null : text.strip();
        }

        public Source source() {
            return told.isEmpty() ? Source.DEFAULT : told.getFirst().source();
        }

        public boolean isSensitive() {
            return key.isSensitive();
        }

        /** What a client may see. */
        public String shown() {
            boolean isOfRelative = told.isEmpty() && !words.isEmpty() && key.synonyms().isEmpty();
            return isSensitive() ? null : isOfRelative ? key.defaultValue() : text();
        }
    }

    /** Broker keys of which the first that is set speaks for all. */
    private static final Map<String, List<String>> FAMILIES = families();

    private static Map<String, List<String>> families() {
        var families = new TreeMap<String, List<String>>();
        families.put("log.retention.ms", List.of("log.retention.ms", "log.retention.minutes", "log.retention.hours"));
        families.put("log.retention.minutes", List.of("log.retention.minutes", "log.retention.hours"));
        families.put("log.roll.ms", List.of("log.roll.ms", "log.roll.hours"));
        families.put("log.roll.jitter.ms", List.of("log.roll.jitter.ms", "log.roll.jitter.hours"));
        families.put("log.flush.interval.ms", List.of("log.flush.interval.ms", "log.flush.scheduler.interval.ms"));
        return families;
    }

    /** The keys that a resource of this type has; null for types without. */
    public static ConfigKeys keysOf(byte type) {
        return switch (type) {
            case Resource.TOPIC -> ConfigKeys.TOPIC;
            case Resource.BROKER -> ConfigKeys.BROKER;
            case Resource.GROUP -> ConfigKeys.GROUP;
            case Resource.CLIENT_METRICS -> ConfigKeys.CLIENT_METRICS;
            default -> null;
        };
    }

    /** Every key that people are told about, by name. */
    public List<Value> all(Resource resource) {
        var values = new ArrayList<Value>();
        for (var key : keysOf(resource.type()).all()) {
            if (!key.internal()) {
                values.add(value(resource, key));
            }
        }
        if (resource.type() == Resource.BROKER) {
            ConfigKeys.RATES.all().stream().map(key -> value(resource, key)).filter(one -> !one.words().isEmpty()).forEach(values::add);
        }
        return values;
    }

    /** What counts for this topic now. */
    public String ofTopic(String topic, String key) {
        return value(Resource.topic(topic), ConfigKeys.TOPIC.get(key)).meaning();
    }

    /** What counts for this broker now. */
    public String ofBroker(String key) {
        return value(Resource.broker(settings.nodeId()), ConfigKeys.BROKER.get(key)).meaning();
    }

    /** All of a topic's settings as they count now, by name; keys without a value are left out. */
    public SortedMap<String, String> topicSettings(String topic) {
        var settled = new TreeMap<String, String>();
        for (var key : ConfigKeys.TOPIC.all()) {
            String text = value(Resource.topic(topic), key).meaning();
            if (text != null) {
                settled.put(key.name(), text);
            }
        }
        return settled;
    }

    public Value value(Resource resource, ConfigKey key) {
        var words = new ArrayList<Word>();
        if (resource.type() == Resource.BROKER) {
            addBrokerWords(resource, key.name(), words);
            return new Value(key, words, from(key.name(), words));
        }
        String own = cluster.config(resource).get(key.name());
        if (own != null) {
            words.add(new Word(key.name(), own, own, sourceOf(resource.type())));
        }
        int ownWords = words.size();
        for (var synonym : key.synonyms()) {
            addSettled(Resource.broker(settings.nodeId()), synonym, words);
        }
        var told = new ArrayList<>(words.subList(0, ownWords));
        if (!key.synonyms().isEmpty()) {
            told.addAll(from(key.synonyms().getFirst().name(), words.subList(ownWords, words.size())));
        }
        boolean isSilent = words.stream().noneMatch(word -> word.source() == Source.DEFAULT);
        if (isSilent && resource.type() == Resource.GROUP && key.defaultValue() != null) {
            var byDefault = new Word(key.name(), key.defaultValue(), key.defaultValue(), Source.DEFAULT);
            words.add(byDefault);
            told.add(byDefault);
        }
        return new Value(key, words, told);
    }

    private static List<Word> from(String name, List<Word> words) {
        return words.stream().dropWhile(word -> !word.name().equals(name)).toList();
    }

    private void addSettled(Resource broker, ConfigKey.Synonym synonym, List<Word> words) {
        var spoken = new ArrayList<Word>();
        addOneBrokerKey(broker, synonym.name(), spoken);
        for (var word : spoken) {
            words.add(new Word(word.name(), word.said(), synonym.convert(word.value()), word.source()));
        }
    }

    private void addBrokerWords(Resource broker, String name, List<Word> words) {
        for (var relative : FAMILIES.getOrDefault(name, List.of(name))) {
            addOneBrokerKey(broker, relative, words);
        }
    }

    private void addOneBrokerKey(Resource broker, String name, List<Word> words) {
        if (!broker.isOfAllBrokers()) {
            add(name, cluster.config(broker).get(name), Source.BROKER, words);
        }
        add(name, cluster.config(Resource.ALL_BROKERS).get(name), Source.ALL_BROKERS, words);
        add(name, settings.given().get(name), Source.FILE, words);
        var key = ConfigKeys.BROKER.get(name);
        add(name, key == null ? null : key.defaultValue(), Source.DEFAULT, words);
    }

    private static void add(String name, String value, Source source, List<Word> words) {
        if (value != null) {
            words.add(new Word(name, value, value, source));
        }
    }

    private static Source sourceOf(byte type) {
        return switch (type) {
            case Resource.GROUP -> Source.GROUP;
            case Resource.CLIENT_METRICS -> Source.CLIENT_METRICS;
            default -> Source.TOPIC;
        };
    }
}
