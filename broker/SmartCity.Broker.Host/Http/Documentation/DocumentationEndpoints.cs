using System.Reflection;

namespace SmartCity.Broker.Host.Http.Documentation;

/// <summary>The contract of the HTTP API (/openapi.yaml), and Swashbuckle's page to read and try it (/docs).</summary>
internal static class DocumentationEndpoints
{
    private const string Contract = "openapi.yaml";

    /// <param name="app">Its services are what the page is made with; requests come through the router alone.</param>
    public static IEnumerable<Route> Routes(IApplicationBuilder app)
    {
        var contract = new FileReply(ReadContract(), "application/yaml; charset=utf-8");
        var page = new PageReply(Page(app));
        return
        [
            new("GET", "/" + Contract, _ => new(contract)),
            new("GET", "/docs", _ => new(page)),
            // Its scripts, styles and pictures, out of Swashbuckle's assembly.
            new("GET", "/docs/{file}", _ => new(page)),
        ];
    }

    private static RequestDelegate Page(IApplicationBuilder app) => app.New().UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "SmartCity: the HTTP API";
        // Relative, so that it is found behind a proxy as well.
        page.SwaggerEndpoint("../" + Contract, "SmartCity");
        page.EnableDeepLinking();
        page.DisplayRequestDuration();
        page.DefaultModelsExpandDepth(0);
        page.EnableFilter();
    }).Build();

    private static byte[] ReadContract()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Contract)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
