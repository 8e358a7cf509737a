using System.Globalization;
using System.Text.Json.Nodes;
using VirtualRoot.Testing;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>Asks a worker's status listener.</summary>
internal sealed class StatusClient(ServedWorker worker) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(worker.StatusAddress!), Timeout = ServedWorker.Patience };

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) => _http.SendAsync(new HttpRequestMessage(method, path));

    public async Task<JsonObject> StatusAsync() => JsonNode.Parse(await _http.GetStringAsync(new Uri("status.json", UriKind.Relative)))!.AsObject();

    public Task<string> MetricsTextAsync() => _http.GetStringAsync(new Uri("metrics", UriKind.Relative));

    /// <summary>The samples by name and labels, as they stand in the text.</summary>
    public async Task<Dictionary<string, double>> MetricsAsync() => (await MetricsTextAsync())
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(static line => line[0] != '#')
        .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Waits until the status is as it should be.</summary>
    public Task<JsonObject> StatusWhenAsync(Func<JsonObject, bool> condition) => WhenAsync(StatusAsync, condition);

    /// <summary>Waits until the samples are as they should be.</summary>
    public Task<Dictionary<string, double>> MetricsWhenAsync(Func<Dictionary<string, double>, bool> condition) => WhenAsync(MetricsAsync, condition);

    public void Dispose() => _http.Dispose();

    private static Task<T> WhenAsync<T>(Func<Task<T>> ask, Func<T, bool> condition) => Wait.ForAsync(ask, condition, static answer => $"it stays {answer}");
}
