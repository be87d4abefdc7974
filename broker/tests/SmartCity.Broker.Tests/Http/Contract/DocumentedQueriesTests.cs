using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace SmartCity.Broker.Tests.Http.Contract;

/// <summary>The examples of docs/queries.md are answered as it says.</summary>
public sealed partial class DocumentedQueriesTests
{
    [Fact]
    public async Task Every_example_is_answered_as_it_is_written()
    {
        await using var host = await HttpHost.StartAsync();
        var shown = 0;
        foreach (var (command, expected) in Examples(await File.ReadAllLinesAsync(Document())))
        {
            if (!Address().IsMatch(command)) continue;
            var answer = await AnswerAsync(host, command);
            Assert.True((int)answer.Status is >= 200 and < 300, $"{command}\n{answer.Body}");
            if (expected.Length == 0) continue;
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(answer.Body)), $"{command}\n{expected}\n{answer.Body}");
            shown++;
        }

        Assert.True(shown > 20, $"only {shown} examples were found");
    }

    private static Task<Answer> AnswerAsync(HttpHost host, string command)
    {
        var path = "/ngsi-ld/v1/" + Address().Match(command).Groups[1].Value;
        foreach (Match encoded in Encoded().Matches(command))
        {
            path += $"&{encoded.Groups[1].Value}={Uri.EscapeDataString(encoded.Groups[2].Value)}";
        }

        return Body().Match(command) is { Success: true } body
            ? host.SendAsync("POST", path, body.Groups[1].Value)
            : host.SendAsync("GET", path);
    }

    /// <summary>The commands of the shell blocks, and what the comment behind each says that they answer.</summary>
    private static IEnumerable<(string Command, string Expected)> Examples(string[] lines)
    {
        var isShell = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                isShell = lines[i] == "```sh";
                continue;
            }

            if (!isShell) continue;
            var command = lines[i];
            while (command.EndsWith('\\') || command.Count(c => c == '\'') % 2 == 1) command = command.TrimEnd('\\') + lines[++i];
            var expected = "";
            while (lines[i + 1].StartsWith("# ", StringComparison.Ordinal)) expected += lines[++i][2..];
            yield return (command, expected);
        }
    }

    private static string Document()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SmartCity.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "docs", "queries.md");
    }

    [GeneratedRegex("\"\\$B/([^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex("--data-urlencode '([a-zA-Z]+)=([^']*)'")]
    private static partial Regex Encoded();

    [GeneratedRegex("-d '([^']*)'")]
    private static partial Regex Body();
}
