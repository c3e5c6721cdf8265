package dev.offramp.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Flink's web UI can show, as its REST endpoint gives it. */
final class WebUi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI root;

  WebUi(URI root) {
    this.root = root;
  }

  /** Every page about a job and the cluster, by path. */
  Map<String, String> pages(String job) throws Exception {
    List<String> paths = new ArrayList<>();
    for (String page :
        List.of(
            "",
            "/config",
            "/plan",
            "/exceptions",
            "/accumulators?includeSerializedValue=true",
            "/checkpoints",
            "/checkpoints/config",
            "/execution-result",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/status",
            "/metrics")) {
      paths.add("/jobs/" + job + page);
    }
    paths.addAll(
        List.of(
            "/config",
            "/overview",
            "/jobs/overview",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/jobmanager/metrics",
            "/taskmanagers",
            "/datasets"));
    for (JsonNode vertex : JSON.readTree(get("/jobs/" + job)).get("vertices")) {
      String path = "/jobs/" + job + "/vertices/" + vertex.get("id").asText();
      paths.addAll(
          List.of(path, path + "/accumulators", path + "/metrics", path + "/subtasktimes"));
    }
    for (JsonNode manager : JSON.readTree(get("/taskmanagers")).get("taskmanagers")) {
      paths.add("/taskmanagers/" + manager.get("id").asText());
    }
    Map<String, String> pages = new LinkedHashMap<>();
    for (String path : paths) {
      pages.put(path, get(path));
    }
    return pages;
  }

  /** One page. */
  String get(String path) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(root + path)).build(), BodyHandlers.ofString())
        .body();
  }
}
