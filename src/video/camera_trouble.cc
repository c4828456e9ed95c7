#include "video/camera_trouble.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/folder_entries.h"

namespace diolkos::video {
namespace {

std::string cameras_there() {
  std::vector<std::string> found;
  if (const auto devices = folder_entries("/dev"))
    for (const auto& path : *devices)
      if (path.filename().string().starts_with("video")) found.push_back(path.string());
  return found.empty() ? "none is connected" : fmt::format("there are {}", fmt::join(found, ", "));
}

// Whoever streams has the device's buffers.
bool is_in_use(int device) {
  v4l2_requestbuffers buffers{};
  buffers.count = 1;
  buffers.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffers.memory = V4L2_MEMORY_MMAP;
  if (::ioctl(device, VIDIOC_REQBUFS, &buffers) != 0) return errno == EBUSY;
  buffers.count = 0;
  ::ioctl(device, VIDIOC_REQBUFS, &buffers);
  return false;
}

std::string trouble_of_open(int device, const std::string& name) {
  v4l2_capability can{};
  if (::ioctl(device, VIDIOC_QUERYCAP, &can) != 0) return fmt::format("{} is no camera", name);
  const bool own = (can.capabilities & V4L2_CAP_DEVICE_CAPS) != 0;
  const std::uint32_t capabilities = own ? can.device_caps : can.capabilities;
  if ((capabilities & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) == 0)
    return fmt::format("{} gives no pictures: cameras have other devices beside the one that does; {}", name,
                       cameras_there());
  if (is_in_use(device)) return camera_trouble(EBUSY, name);
  return fmt::format("{} answers, but not with pictures that can be read; try 'gst:v4l2src device={}'", name, name);
}

}  // namespace

std::string camera_trouble(int error, const std::string& device) {
  switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO: return fmt::format("there is no {}; {}", device, cameras_there());
    case EACCES:
    case EPERM: return fmt::format("this user may not read {}; add them to the group 'video' and log in again", device);
    case EBUSY: return fmt::format("another program uses {}", device);
    default: return fmt::format("{}: {}", device, std::generic_category().message(error));
  }
}

std::string camera_trouble(const std::string& device) {
  const int opened = ::open(device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (opened < 0) return camera_trouble(errno, device);
  std::string trouble = trouble_of_open(opened, device);
  ::close(opened);
  return trouble;
}

}  // namespace diolkos::video
