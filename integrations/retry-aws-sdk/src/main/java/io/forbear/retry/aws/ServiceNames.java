package io.forbear.retry.aws;

/** The names of services, from the packages of their clients. */
final class ServiceNames {

    static final String DYNAMO_DB = "dynamodb";

    private static final String PACKAGE = "software.amazon.awssdk.services.";

    private ServiceNames() {}

    /** Returns the service of a type, such as {@code dynamodb}; {@code aws} for one that is not of a service. */
    static String of(Object typed) {
        String type = typed.getClass().getName();
        return type.startsWith(PACKAGE) ? type.substring(PACKAGE.length(), type.indexOf('.', PACKAGE.length())) : "aws";
    }
}
