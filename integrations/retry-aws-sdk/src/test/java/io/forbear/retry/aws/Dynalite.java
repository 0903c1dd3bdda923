package io.forbear.retry.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A server that speaks the protocol of DynamoDB, in a process of its own; skipped loudly where it is not installed. */
public final class Dynalite implements AutoCloseable {

    private static final Path HOME = Path.of("src", "test", "node");
    private static final String PROGRAM = "const server = require('dynalite')({createTableMs: 0, deleteTableMs: 0});"
            + "server.listen(0, '127.0.0.1', () => console.log(server.address().port))";

    private final Process process;
    private final URI uri;

    private Dynalite(Process process, int port) {
        this.process = process;
        this.uri = URI.create("http://localhost:" + port);
    }

    /** Starts a server on a port of the loopback address. */
    public static Dynalite start() {
        boolean there = Files.isDirectory(HOME.resolve("node_modules/dynalite"))
                && Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Path.of(folder, "node").toFile().canExecute());
        String skipped = "SKIPPED: node or dynalite is missing (npm install --prefix " + HOME + ")";
        if (!there) {
            System.err.println(skipped);
        }
        assumeTrue(there, skipped);
        try {
            Process process = new ProcessBuilder("node", "-e", PROGRAM)
                    .directory(HOME.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new Dynalite(process, Integer.parseInt(String.valueOf(out.readLine())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI uri() {
        return uri;
    }

    /** Makes a table whose key is the text {@code id}. */
    public void table(String name) {
        try (DynamoDbClient client =
                StubServer.at(DynamoDbClient.builder(), uri).build()) {
            client.createTable(r -> r.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build()));
            while (!client.describeTable(r -> r.tableName(name))
                    .table()
                    .tableStatusAsString()
                    .equals("ACTIVE")) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
