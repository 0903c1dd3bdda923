package io.forbear.retry.aws;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** ElasticMQ, a server that speaks the protocol of SQS, in this process. */
public final class ElasticQueue implements AutoCloseable {

    private final SQSRestServer server;
    private final URI uri;
    private final SqsClient client;

    private ElasticQueue(SQSRestServer server, int port) {
        this.server = server;
        this.uri = URI.create("http://localhost:" + port);
        this.client = StubServer.at(SqsClient.builder(), uri).build();
    }

    /** Starts a server on a port of the loopback address. */
    public static ElasticQueue start() {
        SQSRestServer server = SQSRestServerBuilder.withInterface("127.0.0.1")
                .withDynamicPort()
                .start();
        int port = server.waitUntilStarted().localAddress().getPort();
        return new ElasticQueue(server, port);
    }

    public URI uri() {
        return uri;
    }

    /** Returns a client with the SDK's own retries. */
    public SqsClient client() {
        return client;
    }

    public SqsClientBuilder builder() {
        return StubServer.at(SqsClient.builder(), uri);
    }

    /** Makes a queue. Returns its URL. */
    public String queue(String name, Map<QueueAttributeName, String> attributes) {
        Map<QueueAttributeName, String> all = new HashMap<>(attributes);
        if (name.endsWith(".fifo")) {
            all.put(QueueAttributeName.FIFO_QUEUE, "true");
        }
        return client.createQueue(r -> r.queueName(name).attributes(all)).queueUrl();
    }

    public String queue(String name) {
        return queue(name, Map.of());
    }

    /** Makes a queue whose messages go to another after so many receives. */
    public String queueWithRedrive(String name, String deadLetterUrl, int maxReceiveCount, int visibilityTimeout) {
        String arn = client.getQueueAttributes(
                        r -> r.queueUrl(deadLetterUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return queue(
                name,
                Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        Integer.toString(visibilityTimeout),
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"" + maxReceiveCount + "\"}"));
    }

    /** Receives and deletes all that is visible. Returns the bodies. */
    public List<String> drain(String queueUrl) {
        List<String> bodies = new ArrayList<>();
        for (List<Message> some = receive(queueUrl); !some.isEmpty(); some = receive(queueUrl)) {
            for (Message message : some) {
                bodies.add(message.body());
                client.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
            }
        }
        return bodies;
    }

    public List<Message> receive(String queueUrl) {
        return client.receiveMessage(r -> r.queueUrl(queueUrl)
                        .maxNumberOfMessages(10)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .messages();
    }

    /** Returns how many messages a queue has, those in flight included. */
    public int size(String queueUrl) {
        Map<QueueAttributeName, String> sizes = client.getQueueAttributes(
                        r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return Integer.parseInt(sizes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(sizes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                + Integer.parseInt(sizes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED));
    }

    public void deleteAll() {
        client.listQueues().queueUrls().forEach(url -> client.deleteQueue(r -> r.queueUrl(url)));
    }

    @Override
    public void close() {
        client.close();
        server.stopAndWait();
    }
}
