using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using SmartCity.Broker.Host;
using SmartCity.Broker.Host.Http;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Tests.Http.Contract;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>The broker as it runs, with a store of its own, on a free port of loopback, in this process.</summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Hub _hub;
    private readonly DirectoryInfo _data;

    private HttpHost(WebApplication app, Hub hub, DirectoryInfo data, RouteTable routes)
    {
        (_app, _hub, _data, Routes) = (app, hub, data, routes);
        Address = new Uri(app.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public RouteTable Routes { get; }

    public static async Task<HttpHost> StartAsync(HubSettings? settings = null)
    {
        var data = Directory.CreateTempSubdirectory("smartcity-");
        settings = (settings ?? new()) with
        {
            Urls = "http://127.0.0.1:0",
            Data = data.FullName,
            LogLevel = Microsoft.Extensions.Logging.LogLevel.Error,
        };
        var (app, router) = WebServer.Build(settings);
        var hub = await Hub.OpenAsync(settings, TimeProvider.System, static _ => { }, CancellationToken.None);
        router.Open(hub.Routes());
        await app.StartAsync();
        return new HttpHost(app, hub, data, router.Routes);
    }

    /// <summary>Sends a request as it is written down, and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(string method, string target, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, target));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type") request.Content!.Headers.ContentType = value.Length > 0 ? MediaTypeHeaderValue.Parse(value) : null;
            else request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        var headersBack = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var answer = new Answer(response.StatusCode, headersBack, await response.Content.ReadAsStringAsync());
        var objection = OpenApiDocument.Instance.Objection(method, target, answer);
        Assert.True(objection is null, objection);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _hub.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

/// <param name="Status">The status code.</param>
/// <param name="Headers">Response headers, those of the body among them.</param>
/// <param name="Body">Empty where there is none.</param>
internal sealed record Answer(HttpStatusCode Status, Dictionary<string, string> Headers, string Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);
}
