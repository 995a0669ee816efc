package naru.configuration;

/** How the text of a value is read. The order is not Kafka's; {@link #id} is what DescribeConfigs sends. */
public enum ConfigType {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    SHORT(4),
    LONG(5),
    DOUBLE(6),
    LIST(7),
    CLASS(8),
    PASSWORD(9);

    private final byte id;

    ConfigType(int id) {
        this.id = (byte) id;
    }

    public byte id() {
        return id;
    }

    /** Null when {@code text} has this type, else what is wrong with it. */
    String complaint(String text) {
        try {
            switch (this) {
                case INT -> Integer.parseInt(text);
                case SHORT -> Short.parseShort(text);
                case LONG -> Long.parseLong(text);
                case DOUBLE -> Double.parseDouble(text);
                case BOOLEAN -> {
                    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                            ? null : "Expected value to be either true or false";
                }
                case STRING, LIST, CLASS, PASSWORD -> { }
            }
            return null;
        } catch (NumberFormatException notANumber) {
            return "Not a number of type " + this;
        }
    }
}
