using System.Text.Json.Nodes;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>The tests that run beside one, and whoever uses the broker that the tests are aimed at.</summary>
internal static class Neighbours
{
    /// <summary>
    /// Asserts that what a test has registered or subscribed to in the tenant of all is of that test alone. A registration for whatever
    /// Entity is asked by everybody, and told of; so is one that says of which type, but not which ids, since who retrieves an Entity need
    /// not name its type.
    /// </summary>
    /// <param name="uri">Where it was sent.</param>
    /// <param name="body">What was sent and taken.</param>
    /// <param name="type">The type of the test, a part of all its names.</param>
    public static void Spare(Uri uri, string body, string type)
    {
        var path = uri.AbsolutePath;
        if (path.Contains("/csourceRegistrations", StringComparison.Ordinal))
        {
            foreach (var information in JsonNode.Parse(body)!["information"]?.AsArray() ?? [])
            {
                if (information!["entities"] is not { } entities) Mine("");
                else foreach (var entity in entities.AsArray()) Mine(entity!["id"]?.ToJsonString() + entity["idPattern"]?.ToJsonString());
            }
        }
        else if (path.EndsWith("/subscriptions", StringComparison.Ordinal) || path.EndsWith("/csourceSubscriptions", StringComparison.Ordinal))
        {
            var subscription = JsonNode.Parse(body)!;
            Mine(subscription["entities"]?.ToJsonString() + subscription["watchedAttributes"]?.ToJsonString());
        }

        void Mine(string text) =>
            Assert.True(text.Contains(type, StringComparison.Ordinal), $"meets the tests beside it, and needs a tenant of its own: {path} {body}");
    }
}
